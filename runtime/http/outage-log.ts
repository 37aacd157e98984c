/** One line of the outage log. */
export interface Outage {
  /** What failed because of the outage, as it was reported. */
  readonly consequence: string;
  /** The SQLSTATE of PostgreSQL, the code of a system error, or a message: it identifies the cause. */
  readonly cause: string;
  /** The message of the innermost error; the same as `cause` if the report is a text. */
  readonly message: string;
  /** The last reported error. Do not log it whole: its `detail` may contain a user's row. */
  readonly reported: unknown;
  /** How many reports with this cause and consequence were not logged since the line before. */
  readonly suppressed: number;
}

/** Reports the cause of an outage, an error or a text, and what failed because of it. */
export type OutageLog = (cause: unknown, consequence: string) => void;

/** The shortest time between two lines with one cause, in milliseconds. */
const INTERVAL = 1_000;

/** The most distinct causes, and the longest text of one: a server that sends ever new errors cannot fill the memory. */
const LIMITS = { causes: 100, characters: 200 };

/** How many nested causes are followed: an error may be its own cause. */
const MAX_CAUSE_DEPTH = 10;

/**
 * Returns a function that logs outages: the first report of a cause and consequence at once, then at most one line a
 * second. Reports in between are counted and logged at the end of the second, even if no further report follows.
 * @param write logs one line
 */
export function createOutageLog(write: (outage: Outage) => void): OutageLog {
  const open = new Map<string, { suppressed: number; latest: unknown }>();

  return (reported, consequence) => {
    const chain = causesOf(reported);
    const causeKey = [consequence, ...chain.map(identityOf)].join(' < ');
    const isOther = open.size >= LIMITS.causes && !open.has(causeKey);
    const key = isOther ? `${consequence} < other` : causeKey;
    const openEntry = open.get(key);
    if (openEntry !== undefined) {
      openEntry.suppressed++;
      openEntry.latest = reported;
      return;
    }
    const writeLine = (latest: unknown, suppressed: number) =>
      write({
        consequence,
        ...causeAndMessage(causesOf(latest).at(-1)),
        ...(isOther && { cause: 'other' }),
        reported: latest,
        suppressed,
      });
    const entry = { suppressed: 0, latest: undefined as unknown };
    open.set(key, entry);
    writeLine(reported, 0);
    const timer = setInterval(() => {
      const { suppressed, latest } = entry;
      if (suppressed === 0) {
        clearInterval(timer);
        open.delete(key);
        return;
      }
      entry.suppressed = 0;
      entry.latest = undefined;
      // This line is one of the counted reports.
      writeLine(latest, suppressed - 1);
    }, INTERVAL).unref();
  };
}

/** Returns the chain of causes, from the reported error to the innermost; of an AggregateError, it follows the first. */
function causesOf(reported: unknown): readonly unknown[] {
  const chain = [reported];
  for (let last = reported; chain.length <= MAX_CAUSE_DEPTH && last instanceof Error; ) {
    last = last.cause ?? (last instanceof AggregateError ? last.errors[0] : undefined);
    if (last === undefined) break;
    chain.push(last);
  }
  return chain;
}

/** Returns the identity of an error: its name and code, or its name and message. */
function identityOf(error: unknown): string {
  if (!(error instanceof Error)) return textOf(error);
  return `${truncate(error.name)} ${codeOf(error) ?? truncate(error.message)}`;
}

/** Returns only code and message: PostgreSQL puts the offending row into the `detail` of an error. */
function causeAndMessage(error: unknown): Pick<Outage, 'cause' | 'message'> {
  if (!(error instanceof Error)) return { cause: textOf(error), message: textOf(error) };
  const message = truncate(error.message || error.name);
  return { cause: codeOf(error) ?? message, message };
}

/** Returns a text, or the type of any other value: the value may contain a secret, or throw in `toString`. */
function textOf(thrown: unknown): string {
  return typeof thrown === 'string' ? truncate(thrown) : typeof thrown;
}

function codeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? truncate(error.code) : undefined;
}

function truncate(text: string): string {
  return text.slice(0, LIMITS.characters);
}
