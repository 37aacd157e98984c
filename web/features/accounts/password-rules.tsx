import { Check, Minus } from 'lucide-react';
import type { PasswordCheck } from '../../auth/password-policy.ts';
import styles from './password-rules.module.css';
import { PASSWORD_RULES } from '../../words.ts';

/**
 * The rules for a new password; each is marked while typing as soon as it is met. The rules on common passwords and on
 * the maximum length appear only when broken: few users need them.
 */
export function PasswordRules({ checks, password }: { checks: readonly PasswordCheck[]; password: string }) {
  const shown = checks.filter(({ rule, isMet }) => (rule !== 'common' && rule !== 'too-long') || !isMet(password));
  return (
    <>
      <span>{PASSWORD_RULES.yourPasswordNeeds}</span>
      <ul className={styles.rules}>
        {shown.map(({ rule, requirement, isMet }) => {
          const met = isMet(password);
          return (
            <li
              key={rule}
              className={met ? styles.met : password ? styles.broken : styles.open}
              data-rule={rule}
              data-met={met}
            >
              {met ? <Check className={styles.mark} /> : <Minus className={styles.mark} />}
              <span>
                {requirement}
                <span className={styles.spoken}>{met ? PASSWORD_RULES.done : ''}</span>
              </span>
            </li>
          );
        })}
      </ul>
    </>
  );
}
