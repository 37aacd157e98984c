import { Circle, CircleDashed, Contrast, X } from 'lucide-react';
import type { ReactNode } from 'react';
import type { DocumentedCell } from '../../../runtime/access-document.ts';
import styles from './access-table.module.css';
import { ACCESS_CELL } from '../../words.ts';

type Outcome = DocumentedCell['outcome'];

/** The marks of the outcomes: shapes, so that the picture does not depend on colours. */
const MARKS: Readonly<Record<Exclude<Outcome, 'none'>, ReactNode>> = {
  allowed: <Circle className={`${styles.mark} ${styles.filled}`} />,
  'own rows': <Contrast className={styles.mark} />,
  'no rows': <Circle className={styles.mark} />,
  withheld: <CircleDashed className={styles.mark} />,
  null: <CircleDashed className={styles.mark} />,
  refused: <X className={styles.mark} />,
};

/** The statuses of the codes by which a whole request is refused. */
const STATUSES: Readonly<Record<string, string>> = { UNAUTHENTICATED: '401', FORBIDDEN: '403' };

const CLASSES: Readonly<Record<Outcome, string | undefined>> = {
  allowed: styles.allowed,
  'own rows': styles.own,
  'no rows': styles.empty,
  withheld: styles.empty,
  null: styles.empty,
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
      {outcome !== 'none' && MARKS[outcome]}
      <span title={status && text}>
        {[status, (withCode || status === undefined) && text].filter(Boolean).join(' ')}
      </span>
      {condition !== undefined && (
        <span className={styles.condition}>
          {ACCESS_CELL.ifIt}
          {condition}
        </span>
      )}
    </span>
  );
}
