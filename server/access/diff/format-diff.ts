import type { AccessChange, ChangeKind } from './diff-access.ts';
import type { Answer, ShownRequest } from './shown-request.ts';

/** The kinds of change that must be accepted: an audience gains access, or a client breaks. */
const UNSAFE_KINDS: readonly ChangeKind[] = ['wider', 'incomparable', 'breaking'];

/** Returns the kinds of a change that must be accepted; empty if it is safe. */
export function unsafeKinds({ kinds }: AccessChange): readonly ChangeKind[] {
  return kinds.filter((kind) => UNSAFE_KINDS.includes(kind));
}

/** Formats a diff for a terminal: a line for each change, and below it who gains or loses and a request that shows it. */
export function renderDiff(changes: readonly AccessChange[]): string {
  const labels = changes.map(({ kinds }) => kinds.join(', '));
  const width = Math.max(0, ...labels.map((label) => label.length));
  const indent = ' '.repeat(width + 2);
  return changes
    .flatMap((change, index) => [
      `${(labels[index] ?? '').padEnd(width)}  ${change.coordinate}`,
      ...detailLines(change).map((line) => `${indent}${line}`),
    ])
    .join('\n');
}

function detailLines({ details, gains, losses, request }: AccessChange): readonly string[] {
  return [
    ...details,
    ...(gains.length > 0 ? [`gain access: ${gains.join('; ')}`] : []),
    ...(losses.length > 0 ? [`lose access: ${losses.join('; ')}`] : []),
    ...(request === null ? [] : requestLines(request)),
    ...(gains.length > 0 && request === null ? ['no operation reaches it for them yet'] : []),
  ];
}

function requestLines({ operation, variables, caller, owns, before }: ShownRequest): readonly string[] {
  const isForeign = before === 'no rows' || before === 'withheld';
  const object = isForeign && owns?.length === 0 ? ', on an object of another user' : '';
  return [
    `${describeCaller(caller)}${object}: ${ANSWERS[before] ?? before} before, allowed now`,
    `  ${operation}`,
    ...(Object.keys(variables).length > 0 ? [`  ${JSON.stringify(variables)}`] : []),
  ];
}

const ANSWERS: Readonly<Partial<Record<Answer, string>>> = {
  'no rows': 'discarded by the guard',
  withheld: 'null',
};

function describeCaller(caller: ShownRequest['caller']): string {
  if (caller === null) return 'anonymous';
  const { roles, scopes, age, emailVerified } = caller;
  return [
    roles.length > 0 ? `role ${roles.join(' and ')}` : 'signed in',
    ...(scopes.length > 0 ? [`scope ${scopes.join(' and ')}`] : []),
    ...(age > 0 ? [`signed in ${age} s ago`] : []),
    ...(emailVerified ? [] : ['e-mail address not verified']),
  ].join(', ');
}
