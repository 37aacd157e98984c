/** What is logged of an outage. */
export interface Outage {
  /** What the outage made impossible, as it was reported. */
  readonly consequence: string;
  /** PostgreSQL's SQLSTATE, the system's error code, or words: what tells one cause from another. */
  readonly cause: string;
  /** The words of the innermost error; the same as `cause` where there is none. */
  readonly message: string;
  /** What was reported last: an error whose `detail` may hold the row of a user. */
  readonly reported: unknown;
  /** How many more reports had this cause and consequence since the line before, of which there is no line. */
  readonly suppressed: number;
}

/** Reports why a request cannot be served: an error, or words, and what it made impossible. */
export type OutageLog = (cause: unknown, consequence: string) => void;

/** How often one cause is logged, in milliseconds. */
const INTERVAL = 1_000;

/** So many causes are told apart, and so long may one be: a server that sends ever new ones does not fill the memory. */
const MOST = { causes: 100, characters: 200 };

/** How many causes of causes are followed: an error may be its own cause. */
const DEEPEST = 10;

/**
 * Returns a function that logs reports of outages: the first of a cause and consequence at once, and then one a second
 * at most. Those in between are counted, and logged when the second is over, also when nothing more comes.
 * @param write logs one line
 */
export function createOutageLog(write: (outage: Outage) => void): OutageLog {
  const open = new Map<string, { suppressed: number; latest: unknown }>();

  return (reported, consequence) => {
    const chain = causesOf(reported);
    const key = [consequence, ...chain.map(nameOf)].join(' < ');
    const isOther = open.size >= MOST.causes && !open.has(key);
    const kept = isOther ? `${consequence} < other` : key;
    const counted = open.get(kept);
    if (counted !== undefined) {
      counted.suppressed++;
      counted.latest = reported;
      return;
    }
    const writeLine = (latest: unknown, suppressed: number) =>
      write({
        consequence,
        ...describe(causesOf(latest).at(-1)),
        ...(isOther && { cause: 'other' }),
        reported: latest,
        suppressed,
      });
    const entry = { suppressed: 0, latest: undefined as unknown };
    open.set(kept, entry);
    writeLine(reported, 0);
    const timer = setInterval(() => {
      const { suppressed, latest } = entry;
      if (suppressed === 0) {
        clearInterval(timer);
        open.delete(kept);
        return;
      }
      entry.suppressed = 0;
      entry.latest = undefined;
      // One of those that were counted is this line.
      writeLine(latest, suppressed - 1);
    }, INTERVAL).unref();
  };
}

/** What was reported, what caused that, and so on to the bottom; of several errors at once, the first. */
function causesOf(reported: unknown): readonly unknown[] {
  const chain = [reported];
  for (let last = reported; chain.length <= DEEPEST && last instanceof Error; ) {
    last = last.cause ?? (last instanceof AggregateError ? last.errors[0] : undefined);
    if (last === undefined) break;
    chain.push(last);
  }
  return chain;
}

/** What makes two errors the same: name and code; without a code, the words. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return wordsOf(error);
  return `${cut(error.name)} ${codeOf(error) ?? cut(error.message)}`;
}

/** No more than code and words: PostgreSQL puts the offending row into the detail of an error. */
function describe(error: unknown): Pick<Outage, 'cause' | 'message'> {
  if (!(error instanceof Error)) return { cause: wordsOf(error), message: wordsOf(error) };
  const message = cut(error.message || error.name);
  return { cause: codeOf(error) ?? message, message };
}

/** Of what is neither an error nor words, the type alone: it may hold a secret, or fail to become a text. */
function wordsOf(thrown: unknown): string {
  return typeof thrown === 'string' ? cut(thrown) : typeof thrown;
}

function codeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? cut(error.code) : undefined;
}

function cut(text: string): string {
  return text.slice(0, MOST.characters);
}
