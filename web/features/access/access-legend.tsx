import type { AccessDocument } from '../../../runtime/access-document.ts';
import styles from './access-screen.module.css';

/** The meanings of the labels in the table. */
export function AccessLegend({ legend }: Pick<AccessDocument, 'legend'>) {
  return (
    <details className={styles.legend}>
      <summary>What the cells mean</summary>
      <dl>
        {legend.map(([label, meaning]) => (
          <div key={label}>
            <dt>{label === 'a code' ? '401, 403' : label}</dt>
            <dd>{meaning}</dd>
          </div>
        ))}
        <div>
          <dt>Owner, other user</dt>
          <dd>
            the owner of the object that the field is on and of the objects that it returns; a user who owns none of
            them
          </dd>
        </div>
      </dl>
    </details>
  );
}
