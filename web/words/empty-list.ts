/** features/tasks/empty-list.tsx */
export const EMPTY_LIST = {
  nothing: {
    all: 'Nothing to do yet. Add your first task above.',
    open: 'Nothing is open. Well done.',
    today: 'Nothing is due today.',
    overdue: 'Nothing is overdue.',
    done: 'Nothing is done yet.',
  },
  noMatch: (text: string) => `No task matches “${text}”.`,
  clearFilters: 'Clear filters',
};
