import type { ApiAnswer } from '../graphql/send-operation.ts';
import styles from './answer.module.css';
import { Notice } from './notice.tsx';
import { ANSWER } from '../words.ts';

/** The names of the statuses that the API answers to an operation (RFC 9110 §15). */
const STATUS_TEXTS: Readonly<Record<number, string>> = {
  200: 'OK',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  413: 'Content Too Large',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/** The answer of the API to an operation: status, challenge and body. */
export function Answer({ answer }: { answer: ApiAnswer }) {
  if (answer.outcome === 'unavailable') return <Notice>{ANSWER.theApiCouldNot}</Notice>;
  const { status, challenge, body } = answer;
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, and must do so by keyboard
    <pre className={styles.answer} tabIndex={0}>
      <code>
        <span className={status < 400 ? styles.allowed : styles.refused}>
          HTTP {status} {STATUS_TEXTS[status] ?? ''}
        </span>
        {challenge !== null && `\nwww-authenticate: ${challenge}`}
        {`\n\n${body}`}
      </code>
    </pre>
  );
}
