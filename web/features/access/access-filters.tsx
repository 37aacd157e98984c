import { useId } from 'react';
import { TextField } from '../../components/text-field.tsx';
import { useHydrated } from '../../components/use-hydrated.ts';
import styles from './access-screen.module.css';
import { audienceName } from './audience-names.ts';
import type { AccessFilter } from './filter-types.ts';

interface AccessFiltersProps {
  readonly filter: AccessFilter;
  readonly audiences: readonly string[];
  readonly onChange: (filter: AccessFilter) => void;
}

/** The search, and the filters by audience and by what is public. */
export function AccessFilters({ filter, audiences, onChange }: AccessFiltersProps) {
  const hydrated = useHydrated();
  const id = useId();
  return (
    <search className={styles.filters}>
      <TextField
        label="Search"
        type="search"
        disabled={!hydrated}
        placeholder="A field, type or rule"
        value={filter.text}
        onChange={({ target }) => onChange({ ...filter, text: target.value })}
      />
      <div className={styles.audience}>
        <label htmlFor={id}>What may be used by</label>
        <select
          id={id}
          disabled={!hydrated}
          value={filter.audience}
          onChange={({ target }) => onChange({ ...filter, audience: target.value })}
        >
          <option value="">every audience</option>
          {audiences.map((audience) => (
            <option key={audience} value={audience}>
              {audienceName(audience)}
            </option>
          ))}
        </select>
      </div>
      <label className={styles.checkbox}>
        <input
          type="checkbox"
          disabled={!hydrated}
          checked={filter.publicOnly}
          onChange={({ target }) => onChange({ ...filter, publicOnly: target.checked })}
        />
        Public only
      </label>
    </search>
  );
}
