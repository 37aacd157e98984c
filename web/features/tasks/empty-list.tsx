import { Button } from '../../components/button.tsx';
import { isFiltered, type ListView, type Shown, WHOLE_LIST } from './list-view.ts';
import styles from './task-list.module.css';
import { showView } from './use-address.ts';

const NOTHING: Readonly<Record<Shown, string>> = {
  all: 'Nothing to do yet. Add your first task above.',
  open: 'Nothing is open. Well done.',
  today: 'Nothing is due today.',
  overdue: 'Nothing is overdue.',
  done: 'Nothing is done yet.',
};

/** What a view without tasks says; with conditions, how to see the other tasks. */
export function EmptyList({ view }: { view: ListView }) {
  const text = view.text.trim();
  return (
    <div className={styles.empty}>
      <p>{text === '' ? NOTHING[view.shown] : `No task matches “${text}”.`}</p>
      {isFiltered(view) && (
        <Button onClick={() => showView({ ...WHOLE_LIST, sorting: view.sorting }, 'push')}>Clear filters</Button>
      )}
    </div>
  );
}
