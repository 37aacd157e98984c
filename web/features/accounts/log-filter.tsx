import { Button } from '../../components/button.tsx';
import { TextField } from '../../components/text-field.tsx';
import type { AuthEventKind, AuthEventOutcome } from '../../graphql/generated/operations.ts';
import { KINDS } from './event-text.ts';
import styles from './log-filter.module.css';
import { LOG_FILTER } from '../../words.ts';

/** The kinds that an administrator can filter by: all of them. */
export const FILTER_KINDS = Object.keys(KINDS) as AuthEventKind[];

/** The outcomes that an administrator can filter by, with their names. */
export const FILTER_OUTCOMES: Readonly<Record<AuthEventOutcome, string>> = {
  SUCCEEDED: 'Succeeded',
  FAILED: 'Failed',
  REFUSED: 'Refused',
  LIMITED: 'Too many attempts',
};

interface SelectProps {
  readonly label: string;
  readonly name: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, label: string])[];
}

function Select({ label, name, value, options }: SelectProps) {
  return (
    <label className={styles.field}>
      <span className={styles.label}>{label}</span>
      <select className={styles.select} name={name} defaultValue={value}>
        <option value="">{LOG_FILTER.all}</option>
        {options.map(([each, text]) => (
          <option key={each} value={each}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The filter of the security log: a form that needs no script. */
export function LogFilter({ user, kind, outcome }: { user: string; kind: string; outcome: string }) {
  return (
    <form className={styles.form} method="get" action="/admin/security">
      <TextField
        label={LOG_FILTER.user}
        name="user"
        defaultValue={user}
        hint={LOG_FILTER.emailAddressOrId}
        autoComplete="off"
      />
      <Select label={LOG_FILTER.event} name="kind" value={kind} options={Object.entries(KINDS)} />
      <Select label={LOG_FILTER.outcome} name="outcome" value={outcome} options={Object.entries(FILTER_OUTCOMES)} />
      <Button variant="primary" type="submit" worksWithoutScripts>
        {LOG_FILTER.show}
      </Button>
    </form>
  );
}
