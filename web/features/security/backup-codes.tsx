import { Button } from '../../components/button.tsx';
import styles from './security.module.css';

/** New backup codes, which are shown this once. */
export function BackupCodes({ codes, onDone }: { codes: readonly string[]; onDone: () => void }) {
  return (
    <div className={styles.form}>
      <p>
        Keep these backup codes in a safe place. Each one signs you in once, if you have lost your authenticator. They
        are not shown again.
      </p>
      <ul className={styles.codes} aria-label="Backup codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <div className={styles.buttons}>
        {/* Browsers have no clipboard on plain http of another host. */}
        {'clipboard' in navigator && (
          <Button onClick={() => void navigator.clipboard.writeText(codes.join('\n'))}>Copy</Button>
        )}
        <Button variant="primary" onClick={onDone}>
          I have kept them
        </Button>
      </div>
    </div>
  );
}
