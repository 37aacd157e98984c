import type { ReactNode } from 'react';
import type { DocumentedCell } from '../../../runtime/access-document.ts';
import styles from './access-table.module.css';

type Outcome = DocumentedCell['outcome'];

const RING = <circle cx="6" cy="6" r="4.5" />;

/** The marks of the outcomes: shapes, so that the picture does not depend on colours. */
const MARKS: Readonly<Record<Outcome, ReactNode>> = {
  allowed: <circle cx="6" cy="6" r="4.5" className={styles.filled} />,
  'own rows': (
    <>
      {RING}
      <path d="M6 1.5a4.5 4.5 0 0 0 0 9Z" className={styles.filled} />
    </>
  ),
  'no rows': RING,
  withheld: <circle cx="6" cy="6" r="4.5" strokeDasharray="2 2" />,
  refused: <path d="m2.5 2.5 7 7m0-7-7 7" />,
  none: null,
};

/** The statuses of the codes by which a whole request is refused. */
const STATUSES: Readonly<Record<string, string>> = { UNAUTHENTICATED: '401', FORBIDDEN: '403' };

const CLASSES: Readonly<Record<Outcome, string | undefined>> = {
  allowed: styles.allowed,
  'own rows': styles.own,
  'no rows': styles.empty,
  withheld: styles.empty,
  refused: styles.refused,
  none: styles.none,
};

interface AccessCellProps {
  readonly cell: DocumentedCell;
  /** Whether a refusal has its code beside its status. Default: false. */
  readonly withCode?: boolean;
}

/** What one audience gets from one field: a mark and its label. */
export function AccessCell({ cell: { outcome, label }, withCode = false }: AccessCellProps) {
  const [text = '', condition] = label.split(', if ');
  const status = STATUSES[text];
  return (
    <span className={`${styles.cell} ${CLASSES[outcome]}`}>
      {outcome !== 'none' && (
        <svg className={styles.mark} viewBox="0 0 12 12" aria-hidden="true">
          {MARKS[outcome]}
        </svg>
      )}
      <span title={status && text}>
        {[status, (withCode || status === undefined) && text].filter(Boolean).join(' ')}
      </span>
      {condition !== undefined && <span className={styles.condition}>if {condition}</span>}
    </span>
  );
}
