'use client';
import { type FormEvent, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { CodeField, codeDigits } from '../../components/code-field.tsx';
import { focusOnMount } from '../../components/focus-on-mount.ts';
import { formText } from '../../components/form-text.ts';
import { Notice } from '../../components/notice.tsx';
import { Panel } from '../../components/panel.tsx';
import { postAccount } from '../../components/post-account.ts';
import { BackupCodes } from './backup-codes.tsx';
import { QrCode } from './qr-code.tsx';
import styles from './security.module.css';
import { useProtectedChange } from './use-protected-change.ts';
import { SECOND_FACTOR_SECTION } from '../../words.ts';

/** A new authenticator app, until it is confirmed. */
interface NewApp {
  readonly totpURI: string;
  readonly backupCodes: readonly string[];
}

/** Returns the secret of an app, in groups of four letters, for users who cannot scan the code. */
const secretOf = ({ totpURI }: NewApp): string =>
  (new URL(totpURI).searchParams.get('secret') ?? '').replace(/(.{4})(?=.)/g, '$1 ');

/** The settings of the second factor: an authenticator app and backup codes. */
export function SecondFactorSection({ enabled, onChange }: { enabled: boolean; onChange: (enabled: boolean) => void }) {
  const { change, busy, errorMessage } = useProtectedChange();
  const [newApp, setNewApp] = useState<NewApp>();
  const [codes, setCodes] = useState<readonly string[]>();

  const setUp = async () => setNewApp(await change<NewApp>(() => postAccount('/two-factor/enable', {})));

  async function confirm(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const code = codeDigits(formText(new FormData(form), 'code'));
    if (!(await change(() => postAccount('/two-factor/verify-totp', { code }))))
      return form.querySelector<HTMLInputElement>('[name=code]')?.select();
    setCodes(newApp?.backupCodes);
    setNewApp(undefined);
    return onChange(true);
  }

  async function renewCodes() {
    const created = await change<{ backupCodes: readonly string[] }>(() =>
      postAccount('/two-factor/generate-backup-codes', {}),
    );
    if (created) setCodes(created.backupCodes);
  }

  async function disable() {
    if (await change(() => postAccount('/two-factor/disable', {}))) onChange(false);
  }

  return (
    <Panel title={SECOND_FACTOR_SECTION.authenticatorApp}>
      {errorMessage && <Notice>{errorMessage}</Notice>}
      {codes ? (
        <BackupCodes codes={codes} onDone={() => setCodes(undefined)} />
      ) : newApp ? (
        <form className={styles.form} method="post" onSubmit={confirm}>
          <p>{SECOND_FACTOR_SECTION.scanThisCodeWith}</p>
          <QrCode text={newApp.totpURI} label={SECOND_FACTOR_SECTION.qrCodeForYour} />
          <p className={styles.soft}>
            {SECOND_FACTOR_SECTION.orEnterThisKey}
            <code className={styles.secret}>{secretOf(newApp)}</code>
          </p>
          <CodeField ref={focusOnMount} />
          <div className={styles.buttons}>
            <Button onClick={() => setNewApp(undefined)}>{SECOND_FACTOR_SECTION.cancel}</Button>
            <Button variant="primary" type="submit" busy={busy}>
              {SECOND_FACTOR_SECTION.turnOn}
            </Button>
          </div>
        </form>
      ) : (
        <>
          <p className={styles.soft}>
            {enabled ? SECOND_FACTOR_SECTION.onSigningInWith : SECOND_FACTOR_SECTION.offWithItSigning}
          </p>
          <div className={styles.buttons}>
            {enabled ? (
              <>
                <Button busy={busy} onClick={renewCodes}>
                  {SECOND_FACTOR_SECTION.newBackupCodes}
                </Button>
                <Button variant="danger" busy={busy} onClick={disable}>
                  {SECOND_FACTOR_SECTION.turnOff}
                </Button>
              </>
            ) : (
              <Button busy={busy} onClick={setUp}>
                {SECOND_FACTOR_SECTION.setUp}
              </Button>
            )}
          </div>
        </>
      )}
    </Panel>
  );
}
