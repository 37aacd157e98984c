/** features/tasks/row-drag.ts */
export const ROW_DRAG = {
  position: (place: number, all: number, above: string | undefined) =>
    `Position ${place} of ${all}${above === undefined ? '' : `, after “${above}”`}.`,
  grabbed: (title: string, place: number, all: number) =>
    `“${title}” grabbed. Position ${place} of ${all}. Arrow keys move it, Space drops it, Escape cancels.`,
  cancelled: (title: string) => `Moving “${title}” was cancelled.`,
};
