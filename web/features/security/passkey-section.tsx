'use client';
import { type FormEvent, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { closeDialog, Dialog } from '../../components/dialog.tsx';
import { formText } from '../../components/form-text.ts';
import { Notice } from '../../components/notice.tsx';
import { Panel } from '../../components/panel.tsx';
import { createPasskey } from '../../components/passkey.ts';
import { postAccount } from '../../components/post-account.ts';
import { TextField } from '../../components/text-field.tsx';
import type { Passkey } from './account-factors.ts';
import styles from './security.module.css';
import { useProtectedChange } from './use-protected-change.ts';
import { PASSKEY_SECTION } from '../../words.ts';

/** The longest name of a passkey, in characters, as the server has it. */
const NAME_LIMIT = 100;

/** The passkeys of the account: add, rename, remove. */
export function PasskeySection({
  passkeys,
  onChange,
}: {
  passkeys: readonly Passkey[];
  onChange: () => Promise<void>;
}) {
  const { change, busy, errorMessage } = useProtectedChange();
  const [renamed, setRenamed] = useState<Passkey>();

  async function add(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const name = formText(new FormData(form), 'name').trim() || 'Passkey';
    if (!(await change(() => createPasskey(name)))) return;
    form.reset();
    await onChange();
  }

  async function rename(event: FormEvent<HTMLFormElement>, { id }: Passkey) {
    event.preventDefault();
    const name = formText(new FormData(event.currentTarget), 'name');
    closeDialog(event.currentTarget);
    if (await change(() => postAccount('/passkey/update-passkey', { id, name }))) await onChange();
  }

  async function remove({ id }: Passkey) {
    if (await change(() => postAccount('/passkey/delete-passkey', { id }))) await onChange();
  }

  return (
    <Panel title={PASSKEY_SECTION.passkeys}>
      <p className={styles.soft}>{PASSKEY_SECTION.aPasskeySignsYou}</p>
      {errorMessage && <Notice>{errorMessage}</Notice>}
      {passkeys.length > 0 && (
        <ul className={styles.rows} aria-label={PASSKEY_SECTION.passkeys}>
          {passkeys.map((passkey) => (
            <li key={passkey.id} className={styles.row}>
              <span className={styles.name}>{passkey.name ?? PASSKEY_SECTION.passkey}</span>
              <Button
                variant="quiet"
                aria-label={PASSKEY_SECTION.renameNamed(passkey.name ?? PASSKEY_SECTION.passkey)}
                onClick={() => setRenamed(passkey)}
              >
                {PASSKEY_SECTION.rename}
              </Button>
              <Button
                variant="quiet"
                busy={busy}
                aria-label={PASSKEY_SECTION.removeNamed(passkey.name ?? PASSKEY_SECTION.passkey)}
                onClick={() => remove(passkey)}
              >
                {PASSKEY_SECTION.remove}
              </Button>
            </li>
          ))}
        </ul>
      )}
      <form className={styles.form} method="post" onSubmit={add}>
        <TextField
          label={PASSKEY_SECTION.nameOfTheNew}
          name="name"
          maxLength={NAME_LIMIT}
          placeholder={PASSKEY_SECTION.myPhone}
        />
        <div className={styles.buttons}>
          <Button type="submit" busy={busy}>
            {PASSKEY_SECTION.addAPasskey}
          </Button>
        </div>
      </form>
      {renamed && (
        <Dialog title={PASSKEY_SECTION.renamePasskey} onClose={() => setRenamed(undefined)}>
          <form className={styles.form} method="post" onSubmit={(event) => rename(event, renamed)}>
            <TextField
              label={PASSKEY_SECTION.name}
              name="name"
              defaultValue={renamed.name ?? ''}
              maxLength={NAME_LIMIT}
              required
            />
            <div className={styles.buttons}>
              <Button onClick={({ currentTarget }) => closeDialog(currentTarget)}>{PASSKEY_SECTION.cancel}</Button>
              <Button variant="primary" type="submit">
                {PASSKEY_SECTION.save}
              </Button>
            </div>
          </form>
        </Dialog>
      )}
    </Panel>
  );
}
