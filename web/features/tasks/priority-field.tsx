import type { Priority } from '../../graphql/generated/graphql.ts';
import styles from './priority-field.module.css';

const CHOICES: readonly (readonly [Priority, string])[] = [
  ['LOW', 'Low'],
  ['NORMAL', 'Normal'],
  ['HIGH', 'High'],
];

/** Radio buttons for the three priorities. */
export function PriorityField({ value }: { value: Priority }) {
  return (
    <fieldset>
      <legend className={styles.legend}>Priority</legend>
      <div className={styles.choices}>
        {CHOICES.map(([priority, label]) => (
          <label key={priority} className={styles.choice}>
            <input type="radio" name="priority" value={priority} defaultChecked={priority === value} />
            {label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
