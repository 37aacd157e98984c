import { type MouseEvent, useEffect, useId, useRef } from 'react';
import { useHydrated } from '../../components/use-hydrated.ts';
import styles from './list-controls.module.css';
import { type ListView, MAX_SEARCH_LENGTH, SHOWN, SORTINGS } from './list-view.ts';
import { printAddress } from './task-address.ts';
import { showView } from './use-address.ts';
import { LIST_CONTROLS } from '../../words.ts';

/** How long the user pauses before a search is sent, in milliseconds. */
const PAUSE = 200;

/** Returns whether a click opens the link in this tab: not with a key that opens another one. */
const isPlain = ({ button, metaKey, ctrlKey, shiftKey, altKey }: MouseEvent) =>
  button === 0 && !(metaKey || ctrlKey || shiftKey || altKey);

/** The search field, the links to what is shown, and the sort order. The links and the search work without scripts. */
export function ListControls({ view }: { view: ListView }) {
  const id = useId();
  const hydrated = useHydrated();
  const field = useRef<HTMLInputElement>(null);
  const pause = useRef<ReturnType<typeof setTimeout>>(undefined);

  // The Back button changes the text in the URL. While the user types, the URL is behind the field.
  useEffect(() => {
    if (field.current && document.activeElement !== field.current) field.current.value = view.text;
  }, [view.text]);
  useEffect(() => () => clearTimeout(pause.current), []);

  /** Shows what the field asks for, with other choices. */
  function show(choice: Partial<ListView>, how: 'push' | 'replace') {
    clearTimeout(pause.current);
    const text = field.current?.value ?? view.text;
    // A search is one step back, however many letters it took.
    showView({ ...view, text, ...choice }, view.text === '' && text !== '' ? 'push' : how);
  }

  return (
    <div className={styles.controls}>
      <search className={styles.search}>
        <form
          action="/tasks"
          onSubmit={(event) => {
            event.preventDefault();
            show({}, 'replace');
          }}
        >
          <label className={styles.label} htmlFor={`${id}-text`}>
            {LIST_CONTROLS.searchTasks}
          </label>
          <input
            ref={field}
            id={`${id}-text`}
            className={styles.text}
            type="search"
            name="q"
            defaultValue={view.text}
            maxLength={MAX_SEARCH_LENGTH}
            placeholder={LIST_CONTROLS.search}
            dir="auto"
            autoComplete="off"
            enterKeyHint="search"
            data-shortcut="/"
            onChange={() => {
              clearTimeout(pause.current);
              pause.current = setTimeout(() => show({}, 'replace'), PAUSE);
            }}
          />
          {view.shown !== 'all' && <input type="hidden" name="show" value={view.shown} />}
          {view.sorting !== 'position' && <input type="hidden" name="sort" value={view.sorting} />}
        </form>
      </search>
      <label className={styles.label} htmlFor={`${id}-sort`}>
        {LIST_CONTROLS.sortBy}
      </label>
      <select
        id={`${id}-sort`}
        className={styles.sort}
        value={view.sorting}
        disabled={!hydrated}
        onChange={({ currentTarget: { value } }) =>
          show({ sorting: SORTINGS.find((sorting) => sorting === value) ?? 'position' }, 'push')
        }
      >
        {SORTINGS.map((sorting) => (
          <option key={sorting} value={sorting}>
            {LIST_CONTROLS.sorting[sorting]}
          </option>
        ))}
      </select>
      <nav className={styles.shown} aria-label={LIST_CONTROLS.tasksToShow}>
        {SHOWN.map((shown) => (
          <a
            key={shown}
            href={printAddress({ view: { ...view, shown }, taskId: null })}
            aria-current={shown === view.shown ? 'true' : undefined}
            onClick={(event) => {
              if (!isPlain(event)) return;
              event.preventDefault();
              show({ shown }, 'push');
            }}
          >
            {LIST_CONTROLS.shown[shown]}
          </a>
        ))}
      </nav>
    </div>
  );
}
