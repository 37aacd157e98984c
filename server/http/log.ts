import { type Logger, pino } from 'pino';

/** For how long a line waits for others to be written with, in milliseconds, and for how many characters. */
const WAIT = { milliseconds: 50, characters: 4_096 };

/**
 * The API's log: a JSON object a line. On standard output lines are written some at a time, because one write for each
 * took a twentieth of a request; whatever is a warning or worse is written at once, with all that came before it. A
 * process that ends writes what waits; one that is killed loses the last 50 ms.
 * @param to where lines go, each at once; standard output unless said otherwise
 */
export function createLog(to?: { write(line: string): void }): Logger {
  const options = { base: null, redact: ['req.headers.authorization'] };
  if (to) return pino(options, to);
  const output = pino.destination({
    dest: 1,
    sync: false,
    minLength: WAIT.characters,
    periodicFlush: WAIT.milliseconds,
  });
  return pino(
    {
      ...options,
      hooks: {
        logMethod(words, log, level) {
          log.apply(this, words);
          if (level >= pino.levels.values['warn']!) output.flushSync();
        },
      },
    },
    output,
  );
}
