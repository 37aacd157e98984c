import type { PasswordCheck } from '../../auth/password-policy.ts';
import styles from './password-rules.module.css';

/**
 * The rules for a new password, each marked as soon as it is kept. The rule on common passwords, and the greatest
 * length, stand there only when they are broken: nobody has to read them otherwise.
 */
export function PasswordRules({ checks, password }: { checks: readonly PasswordCheck[]; password: string }) {
  const shown = checks.filter(({ rule, isMet }) => (rule !== 'common' && rule !== 'too-long') || !isMet(password));
  return (
    <>
      <span>Your password needs</span>
      <ul className={styles.rules}>
        {shown.map(({ rule, requirement, isMet }) => {
          const kept = isMet(password);
          return (
            <li
              key={rule}
              className={kept ? styles.kept : password ? styles.broken : styles.open}
              data-rule={rule}
              data-kept={kept}
            >
              <svg className={styles.mark} viewBox="0 0 12 21" aria-hidden="true">
                <path d={kept ? 'm1.5 11.5 3 3 6-7' : 'M4 11h4'} />
              </svg>
              <span>
                {requirement}
                <span className={styles.spoken}>{kept ? ': done' : ''}</span>
              </span>
            </li>
          );
        })}
      </ul>
    </>
  );
}
