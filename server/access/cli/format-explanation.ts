import type { Explanation } from '../index.ts';
import { paint } from './paint.ts';
import { describeRowScope } from './row-scope.ts';

const COLOURS = { allowed: 'green', refused: 'red', null: 'yellow', 'not run': 'dim' } as const;

/**
 * Formats an explanation for a terminal.
 * @param caller a noun phrase for the caller
 * @param name the operation's name, or a noun phrase for it
 */
export function formatExplanation(explanation: Explanation, caller: string, name: string): string {
  const { verdict, reason, complaints, coordinates, rows } = explanation;
  const outcome = {
    allowed: paint('green', 'may run'),
    refused: `${paint('red', 'is refused')}: ${reason}`,
    invalid: `${paint('red', 'is refused')}: BAD_USER_INPUT`,
  }[verdict];
  const width = Math.max(...coordinates.map(({ coordinate }) => coordinate.length));
  return [
    `${name} ${outcome}, for ${caller}.`,
    ...complaints.map((complaint) => `  ${complaint}`),
    '',
    ...coordinates.flatMap((one) => [
      `${one.coordinate.padEnd(width)}  ${paint(COLOURS[one.verdict], one.verdict)}${one.reason === null ? '' : ` ${one.reason}`}`,
      ...one.rules.map((rule) => `    ${rule === one.refusedBy ? paint('red', rule) : paint('dim', rule)}`),
    ]),
    ...rows.flatMap((row) => [
      '',
      `Rows of ${row.type}${row.table === null ? '' : ` in ${row.table}`}: ${describeRowScope(row.others)}`,
      ...row.rules.map((rule) => `    ${rule}`),
      ...(row.predicate === null
        ? []
        : [`    where ${row.predicate}${row.others === null ? '' : ', if the operation requests own rows'}`]),
      ...row.policies.map((policy) => `    policy ${policy.name} ${policy.definition}`),
    ]),
  ].join('\n');
}
