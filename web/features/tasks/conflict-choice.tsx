import type { TaskForm } from './changed-fields.ts';
import styles from './conflict-choice.module.css';
import { dueAtOn, dueLabel } from './due-label.ts';
import { CONFLICT_CHOICE, PRIORITY_FIELD } from '../../words.ts';

/** A value as text. */
function textOf(field: keyof TaskForm, values: TaskForm): string {
  if (field === 'priority') return PRIORITY_FIELD.names[values.priority];
  const dueAt = dueAtOn(values.dueDay);
  if (field === 'dueDay') return dueAt === null ? CONFLICT_CHOICE.noDueDate : dueLabel(dueAt, new Date()).text;
  return values[field] || CONFLICT_CHOICE.empty;
}

interface ConflictChoiceProps {
  readonly field: keyof TaskForm;
  readonly mine: TaskForm;
  readonly theirs: TaskForm;
  readonly onChoose: (value: string) => void;
}

/** Both values of a field that was changed here and elsewhere, side by side; the user's own is chosen at first. */
export function ConflictChoice({ field, mine, theirs, onChoose }: ConflictChoiceProps) {
  return (
    <fieldset className={styles.choice}>
      <legend className={styles.legend}>{CONFLICT_CHOICE.fields[field]}</legend>
      {[[CONFLICT_CHOICE.yours, mine] as const, [CONFLICT_CHOICE.savedElsewhere, theirs] as const].map(
        ([source, values]) => (
          <label key={source} className={styles.option}>
            <input
              type="radio"
              name={`choice-${field}`}
              aria-label={CONFLICT_CHOICE.option(source, textOf(field, values))}
              defaultChecked={values === mine}
              onChange={() => onChoose(values[field])}
            />
            <span>
              <span className={styles.source}>{source}</span>
              <span className={styles.value} dir="auto">
                {textOf(field, values)}
              </span>
            </span>
          </label>
        ),
      )}
    </fieldset>
  );
}
