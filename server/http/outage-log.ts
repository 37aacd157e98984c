/** What is logged of an outage. */
export interface Outage {
  /** PostgreSQL's SQLSTATE, the system's error code, or words: what tells one cause from another. */
  readonly cause: string;
  /** The words of the error; the same as `cause` where there is none. */
  readonly message: string;
  /** How many more answers had this cause since the line before, of which there is no line. */
  readonly suppressed: number;
}

/** How often one cause is logged, in milliseconds. */
const INTERVAL = 1_000;

/** So many causes are told apart, and so long may one be: a server that sends ever new ones does not fill the memory. */
const MOST = { causes: 100, characters: 200 };

/**
 * Returns a function that logs the cause of an answer, once a second for each cause at most. Those in between are
 * counted, and told of when the second is over, also when nothing more comes.
 * @param write logs one line
 */
export function createOutageLog(write: (outage: Outage) => void): (cause: unknown) => void {
  const suppressed = new Map<string, number>();

  return (given) => {
    const told = describe(given);
    const cause = suppressed.size < MOST.causes || suppressed.has(told.cause) ? told.cause : 'other';
    const count = suppressed.get(cause);
    if (count !== undefined) {
      suppressed.set(cause, count + 1);
      return;
    }
    suppressed.set(cause, 0);
    write({ ...told, cause, suppressed: 0 });
    const timer = setInterval(() => {
      const more = suppressed.get(cause) ?? 0;
      if (more === 0) {
        clearInterval(timer);
        suppressed.delete(cause);
        return;
      }
      suppressed.set(cause, 0);
      // One of those that were counted is this line.
      write({ ...told, cause, suppressed: more - 1 });
    }, INTERVAL).unref();
  };
}

/** So many causes of causes are followed: nothing keeps an error from being its own. */
const DEEPEST = 10;

/** What lies at the bottom of an error: that the database did not answer is told by the status. */
function describe(given: unknown): Pick<Outage, 'cause' | 'message'> {
  if (!(given instanceof Error)) return { cause: cut(String(given)), message: cut(String(given)) };
  let error = given;
  for (let depth = 0; depth < DEEPEST && error.cause instanceof Error; depth++) error = error.cause;
  if (typeof error.cause === 'string') return { cause: cut(error.cause), message: cut(error.cause) };
  const code: unknown = 'code' in error ? error.code : undefined;
  const message = cut(error.message || error.name);
  // No more than code and words: PostgreSQL puts the offending row into the detail of an error.
  return { cause: typeof code === 'string' ? cut(code) : message, message };
}

function cut(text: string): string {
  return text.slice(0, MOST.characters);
}
