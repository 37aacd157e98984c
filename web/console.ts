import { inspect, stripVTControlCharacters } from 'node:util';
import type { Logger } from 'pino';
import { errorFields } from './log.ts';

const LEVELS = { error: 'error', warn: 'warn', info: 'info', log: 'info', debug: 'debug', trace: 'debug' } as const;

/** The longest message that is logged, in characters. */
const MAX_LENGTH = 2_000;

type Method = keyof typeof LEVELS;

/**
 * Routes the console and Node's warnings into the log, as one line of JSON each: Next prints errors to the console, with
 * multi-line stacks. Objects other than errors are omitted: they may contain secrets.
 * @param log the log to write to
 * @param target the console to route
 * @returns a function that restores the console and Node's warnings
 */
export function routeConsole(log: Pick<Logger, 'error' | 'warn' | 'info' | 'debug'>, target: Console = console) {
  const methods = Object.keys(LEVELS) as Method[];
  const originals = methods.map((method) => [method, target[method]] as const);
  for (const method of methods)
    target[method] = (...printed: unknown[]) => {
      const error = printed.find((each) => each instanceof Error);
      log[LEVELS[method]]({ event: 'console', ...(error && errorFields(error)) }, messageOf(printed, error));
    };
  const warn = (warning: Error) => log.warn({ event: 'console', ...errorFields(warning) }, warning.message);
  const warningListeners = process.listeners('warning');
  process.removeAllListeners('warning').on('warning', warn);
  return () => {
    Object.assign(target, Object.fromEntries(originals));
    process.off('warning', warn);
    for (const listener of warningListeners) process.on('warning', listener);
  };
}

function messageOf(printed: readonly unknown[], error: Error | undefined): string {
  const parts = printed.map((each) => {
    if (typeof each === 'string') return stripVTControlCharacters(each);
    return typeof each === 'object' || typeof each === 'function' ? '' : inspect(each);
  });
  return parts.join(' ').trim().slice(0, MAX_LENGTH) || (error?.message ?? 'console output without text');
}
