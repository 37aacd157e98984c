/** features/tasks/row-actions.ts */
export const ROW_ACTIONS = {
  done: (title: string) => `Done: ${title}`,
  notDone: (title: string) => `Not done: ${title}`,
  offerDone: (title: string) => `“${title}” is done.`,
  offerOpen: (title: string) => `“${title}” is open.`,
  deleted: (title: string) => `Deleted: ${title}`,
  offerDeleted: (title: string) => `Deleted “${title}”.`,
  restored: (title: string) => `Restored: ${title}`,
  moved: (title: string) => `Moved: ${title}`,
  offerMoved: (title: string) => `Moved “${title}”.`,
  movedBack: (title: string) => `Moved back: ${title}`,
};
