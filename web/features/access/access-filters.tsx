import { useId } from 'react';
import { TextField } from '../../components/text-field.tsx';
import { useHydrated } from '../../components/use-hydrated.ts';
import styles from './access-screen.module.css';
import { audienceName } from './audience-names.ts';
import type { AccessFilter } from './filter-types.ts';
import { ACCESS_FILTERS } from '../../words.ts';

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
        label={ACCESS_FILTERS.search}
        type="search"
        disabled={!hydrated}
        placeholder={ACCESS_FILTERS.aFieldTypeOr}
        value={filter.text}
        onChange={({ target }) => onChange({ ...filter, text: target.value })}
      />
      <div className={styles.audience}>
        <label htmlFor={id}>{ACCESS_FILTERS.whatMayBeUsed}</label>
        <select
          id={id}
          disabled={!hydrated}
          value={filter.audience}
          onChange={({ target }) => onChange({ ...filter, audience: target.value })}
        >
          <option value="">{ACCESS_FILTERS.everyAudience}</option>
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
        {ACCESS_FILTERS.publicOnly}
      </label>
    </search>
  );
}
