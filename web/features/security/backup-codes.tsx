import { Button } from '../../components/button.tsx';
import styles from './security.module.css';
import { BACKUP_CODES } from '../../words.ts';

/** New backup codes, which are shown this once. */
export function BackupCodes({ codes, onDone }: { codes: readonly string[]; onDone: () => void }) {
  return (
    <div className={styles.form}>
      <p>{BACKUP_CODES.keepTheseBackupCodes}</p>
      <ul className={styles.codes} aria-label={BACKUP_CODES.backupCodes}>
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <div className={styles.buttons}>
        {/* Browsers have no clipboard on plain http of another host. */}
        {'clipboard' in navigator && (
          <Button onClick={() => void navigator.clipboard.writeText(codes.join('\n'))}>{BACKUP_CODES.copy}</Button>
        )}
        <Button variant="primary" onClick={onDone}>
          {BACKUP_CODES.iHaveKeptThem}
        </Button>
      </div>
    </div>
  );
}
