import type { Priority } from '../../graphql/generated/graphql.ts';
import styles from './priority-field.module.css';

/** The names of the priorities. */
export const PRIORITY_LABELS: Readonly<Record<Priority, string>> = { LOW: 'Low', NORMAL: 'Normal', HIGH: 'High' };
const CHOICES = ['LOW', 'NORMAL', 'HIGH'] as const;

/** Radio buttons for the three priorities. */
export function PriorityField({ value }: { value: Priority }) {
  return (
    <fieldset>
      <legend className={styles.legend}>Priority</legend>
      <div className={styles.choices}>
        {CHOICES.map((priority) => (
          <label key={priority} className={styles.choice}>
            <input type="radio" name="priority" value={priority} defaultChecked={priority === value} />
            {PRIORITY_LABELS[priority]}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
