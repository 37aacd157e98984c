/** features/tasks/undo-offer.tsx */
export const UNDO = {
  undo: 'Undo',
  dismiss: 'Dismiss',
};
