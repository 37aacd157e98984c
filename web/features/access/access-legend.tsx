import type { AccessDocument } from '../../../runtime/access-document.ts';
import styles from './access-screen.module.css';
import { ACCESS_LEGEND } from '../../words.ts';

/** The meanings of the labels in the table. */
export function AccessLegend({ legend }: Pick<AccessDocument, 'legend'>) {
  return (
    <details className={styles.legend}>
      <summary>{ACCESS_LEGEND.whatTheCellsMean}</summary>
      <dl>
        {legend.map(([label, meaning]) => (
          <div key={label}>
            <dt>{label === 'a code' ? '401, 403' : label}</dt>
            <dd>{meaning}</dd>
          </div>
        ))}
        <div>
          <dt>{ACCESS_LEGEND.ownerOtherUser}</dt>
          <dd>{ACCESS_LEGEND.theOwnerOfThe}</dd>
        </div>
      </dl>
    </details>
  );
}
