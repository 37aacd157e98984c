import type { Priority } from '../../graphql/generated/operations.ts';
import styles from './priority-field.module.css';
import { PRIORITY_FIELD } from '../../words.ts';

const CHOICES = ['LOW', 'NORMAL', 'HIGH'] as const;

/** Radio buttons for the three priorities. */
export function PriorityField({ value }: { value: Priority }) {
  return (
    <fieldset>
      <legend className={styles.legend}>{PRIORITY_FIELD.priority}</legend>
      <div className={styles.choices}>
        {CHOICES.map((priority) => (
          <label key={priority} className={styles.choice}>
            <input type="radio" name="priority" value={priority} defaultChecked={priority === value} />
            {PRIORITY_FIELD.names[priority]}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
