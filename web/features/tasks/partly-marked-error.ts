/** Thrown if a request of a bulk change failed after others had succeeded. */
export class PartlyMarkedError extends Error {
  override readonly name = 'PartlyMarkedError';
  /** The number of tasks that were marked. */
  readonly marked: number;
  constructor(marked: number, cause: unknown) {
    super(`The API marked ${marked} tasks, and rejected the others.`, { cause });
    this.marked = marked;
  }
}
