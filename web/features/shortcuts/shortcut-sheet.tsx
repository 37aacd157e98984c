import { Button } from '../../components/button.tsx';
import { closeDialog, Dialog } from '../../components/dialog.tsx';
import { SHORTCUT_GROUPS } from './shortcut-list.ts';
import styles from './shortcuts.module.css';
import { SHORTCUT_SHEET } from '../../words.ts';

interface ShortcutSheetProps {
  readonly on: boolean;
  readonly onSwitch: (on: boolean) => void;
  readonly onClose: () => void;
}

/** The dialog that lists the shortcuts and switches them on and off. */
export function ShortcutSheet({ on, onSwitch, onClose }: ShortcutSheetProps) {
  return (
    <Dialog title={SHORTCUT_SHEET.keyboardShortcuts} onClose={onClose}>
      <div className={styles.sheet}>
        <label className={styles.switch}>
          <input type="checkbox" checked={on} onChange={() => onSwitch(!on)} />
          {SHORTCUT_SHEET.inThisBrowser}
        </label>
        {SHORTCUT_GROUPS.map(({ title, shortcuts }) => (
          <section key={title}>
            <h3 className={styles.title}>{title}</h3>
            <dl className={styles.list}>
              {shortcuts.map(({ keys, does }) => (
                <div key={does} className={styles.row}>
                  <dt>{does}</dt>
                  <dd className={styles.keys}>
                    {keys.map((key) => (
                      <kbd key={key} className={styles.key}>
                        {key}
                      </kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
        <div className={styles.buttons}>
          <Button onClick={({ currentTarget }) => closeDialog(currentTarget)}>{SHORTCUT_SHEET.close}</Button>
        </div>
      </div>
    </Dialog>
  );
}
