import { useHydrated } from '../../components/use-hydrated.ts';
import type { DocumentedType } from '../../../runtime/access-document.ts';
import { AccessCell } from './access-cell.tsx';
import styles from './access-table.module.css';
import { audienceName } from './audience-names.ts';
import { ACCESS_TABLE } from '../../words.ts';

interface AccessTableProps {
  readonly types: readonly DocumentedType[];
  readonly audiences: readonly string[];
  /** The audiences that have a column. */
  readonly columns: readonly string[];
  /** The audiences of the caller; the column of the last one, the role, is marked. */
  readonly caller: readonly string[];
  /** The coordinate of the open field; empty for none. */
  readonly selected: string;
  readonly onSelect: (coordinate: string) => void;
}

/** The picture of the access map: a row for each field, a column for each audience. */
export function AccessTable({ types, audiences, columns, caller, selected, onSelect }: AccessTableProps) {
  const hydrated = useHydrated();
  const shown = columns.map((audience) => audiences.indexOf(audience));
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, and must do so by keyboard
    <section className={styles.frame} aria-label={ACCESS_TABLE.accessMap} tabIndex={0}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col" className={styles.corner}>
              {ACCESS_TABLE.field}
            </th>
            {columns.map((audience) => (
              <th key={audience} scope="col">
                {audienceName(audience)}
                {caller.at(-1) === audience && <span className={styles.you}>{ACCESS_TABLE.you}</span>}
              </th>
            ))}
          </tr>
        </thead>
        {types.map(({ name, description, fields }) => (
          <tbody key={name}>
            <tr>
              <th scope="rowgroup" className={styles.type}>
                {name}
              </th>
              <td colSpan={columns.length} className={styles.about}>
                {description}
              </td>
            </tr>
            {fields.map((field) => (
              <tr key={field.coordinate} className={field.coordinate === selected ? styles.selected : undefined}>
                <th scope="row" className={styles.field}>
                  <button
                    type="button"
                    disabled={!hydrated}
                    id={`open-${field.coordinate}`}
                    className={styles.open}
                    aria-expanded={field.coordinate === selected}
                    onClick={() => onSelect(field.coordinate)}
                  >
                    {field.name}
                    {field.isPublic && <span className={styles.public}>{ACCESS_TABLE.public}</span>}
                  </button>
                </th>
                {shown.map((index) => (
                  <td key={audiences[index]}>{field.cells[index] && <AccessCell cell={field.cells[index]} />}</td>
                ))}
              </tr>
            ))}
          </tbody>
        ))}
      </table>
    </section>
  );
}
