import { inspect, stripVTControlCharacters } from 'node:util';
import type { Logger } from 'pino';
import { errorFields } from './log.ts';

const LEVELS = { error: 'error', warn: 'warn', info: 'info', log: 'info', debug: 'debug', trace: 'debug' } as const;

/** The longest message that is taken, in characters. */
const LONGEST = 2_000;

type Method = keyof typeof LEVELS;

/**
 * Routes the console and Node's warnings into the log, one JSON object a line: Next prints errors with their stacks.
 * Objects other than errors are left out: they may hold a secret.
 * @param log where the lines go
 * @param target the console to be routed
 * @returns undoes it
 */
export function routeConsole(log: Pick<Logger, 'error' | 'warn' | 'info' | 'debug'>, target: Console = console) {
  const methods = Object.keys(LEVELS) as Method[];
  const before = methods.map((method) => [method, target[method]] as const);
  for (const method of methods)
    target[method] = (...printed: unknown[]) => {
      const error = printed.find((each) => each instanceof Error);
      log[LEVELS[method]]({ event: 'console', ...(error && errorFields(error)) }, messageOf(printed, error));
    };
  const warn = (warning: Error) => log.warn({ event: 'console', ...errorFields(warning) }, warning.message);
  const printers = process.listeners('warning');
  process.removeAllListeners('warning').on('warning', warn);
  return () => {
    Object.assign(target, Object.fromEntries(before));
    process.off('warning', warn);
    for (const printer of printers) process.on('warning', printer);
  };
}

function messageOf(printed: readonly unknown[], error: Error | undefined): string {
  const words = printed.map((each) => {
    if (typeof each === 'string') return stripVTControlCharacters(each);
    return typeof each === 'object' || typeof each === 'function' ? '' : inspect(each);
  });
  return words.join(' ').trim().slice(0, LONGEST) || (error?.message ?? 'something was printed');
}
