import { Button } from '../../components/button.tsx';
import { isFiltered, type ListView, WHOLE_LIST } from './list-view.ts';
import styles from './task-list.module.css';
import { showView } from './use-address.ts';
import { EMPTY_LIST } from '../../words.ts';

/** What a view without tasks says; with conditions, how to see the other tasks. */
export function EmptyList({ view }: { view: ListView }) {
  const text = view.text.trim();
  return (
    <div className={styles.empty}>
      <p>{text === '' ? EMPTY_LIST.nothing[view.shown] : EMPTY_LIST.noMatch(text)}</p>
      {isFiltered(view) && (
        <Button onClick={() => showView({ ...WHOLE_LIST, sorting: view.sorting }, 'push')}>
          {EMPTY_LIST.clearFilters}
        </Button>
      )}
    </div>
  );
}
