import type { Policy } from '../policy.ts';
import { hasCoordinate } from '../has-coordinate.ts';
import type { OnRefusal } from '../rule.ts';
import { readElements } from '../schema-elements.ts';
import { type AccessPoint, accessPoints, typesWithPoints } from './access-points.ts';
import { breakingChanges } from './breaking-changes.ts';
import { describeGain, gainsOf } from './gaining-callers.ts';
import { describeRequirement, implies, NOBODY, relationOf, unimplied } from './requirement.ts';
import { type ShownRequest, showRequest } from './shown-request.ts';

/**
 * What a change does. `wider`: the next version allows some request that the previous one refuses; `narrower`: the reverse;
 * `incomparable`: both.
 * `breaking`: a valid request may no longer be valid, or its response has another form.
 */
export type ChangeKind = 'added' | 'removed' | 'wider' | 'narrower' | 'incomparable' | 'breaking';

/** The change of one element of the schema. */
export interface AccessChange {
  readonly coordinate: string;
  /** At most one of `wider`, `narrower` and `incomparable`. */
  readonly kinds: readonly ChangeKind[];
  /** What changed, one sentence each. */
  readonly details: readonly string[];
  /** The audiences that gain access. */
  readonly gains: readonly string[];
  /** The audiences that lose access. */
  readonly losses: readonly string[];
  /** A request that was refused and is allowed now; null if no operation reaches the element for an audience that gains. */
  readonly request: ShownRequest | null;
}

/**
 * Compares two versions of a schema: the effective policy of every field, object, result type and owner input, the
 * elements that exist, and graphql's breaking changes. Sorted by coordinate.
 */
export function diffAccess(previous: Policy, next: Policy): readonly AccessChange[] {
  const changes = new Map<string, AccessChange>();
  for (const change of [
    ...pointChanges(previous, next),
    ...refusalChanges(previous, next),
    ...elementChanges(previous, next),
  ]) {
    const known = changes.get(change.coordinate);
    changes.set(change.coordinate, known === undefined ? change : merge(known, change));
  }
  return [...changes.values()].toSorted((one, other) => (one.coordinate < other.coordinate ? -1 : 1));
}

function elementChange(
  coordinate: string,
  kinds: readonly ChangeKind[],
  details: readonly string[] = [],
): AccessChange {
  return { coordinate, kinds, details, gains: [], losses: [], request: null };
}

/** Returns the changes of access. A version refuses every audience an element that it does not have. */
function pointChanges(previous: Policy, next: Policy): readonly AccessChange[] {
  const before = accessPoints(previous);
  const after = accessPoints(next);
  const addedTypes = typesOnlyIn(next, previous);
  const removedTypes = typesOnlyIn(previous, next);
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((key): readonly AccessChange[] => {
    const point = (after.get(key) ?? before.get(key)) as AccessPoint;
    const type = typeOf(point);
    const isOfNewType = addedTypes.has(type) || removedTypes.has(type);
    // The change of a new or removed type includes its objects; that of a field, its results and arguments.
    if (point.kind === 'object' && isOfNewType) return [];
    if (point.kind === 'result' && addedTypes.has(point.member ?? '')) return [];
    if (point.kind === 'result' && removedTypes.has(point.member ?? '')) return [];
    const field = `field ${point.coordinate.split('(')[0]} `;
    if (point.kind === 'result' || point.coordinate.includes('('))
      if (!before.has(field) || !after.has(field)) return [];
    // A new input field is reported as added, whatever its rule.
    const isText = point.kind === 'input' && point.holds !== 'ID';
    if ((isText || point.kind === 'value') && !(before.has(key) && after.has(key))) return [];
    const compared = comparePoint(previous, next, point, before.get(key), after.get(key));
    return compared.map((one) => (isOfNewType ? foldIntoType(one, point, addedTypes.has(type)) : one));
  });
}

/** Returns the change of a field as the change of its type, which only one version has in responses. */
function foldIntoType(one: AccessChange, point: AccessPoint, isAdded: boolean): AccessChange {
  const ofInput = `has fields that ${isAdded ? 'accept' : 'accepted'} the id of another user`;
  const ofResponse = isAdded ? 'is new in responses' : 'is no longer in responses';
  return { ...one, coordinate: typeOf(point), details: [point.kind === 'input' ? ofInput : ofResponse] };
}

function comparePoint(
  previous: Policy,
  next: Policy,
  point: AccessPoint,
  before: AccessPoint | undefined,
  after: AccessPoint | undefined,
): readonly AccessChange[] {
  // A number or an enum that becomes an id.
  const isNewId = before?.holds === 'other' && after?.holds === 'ID';
  const from = isNewId ? NOBODY : (before?.requirement ?? NOBODY);
  const to = after?.requirement ?? NOBODY;
  const relation = relationOf(from, to);
  if (relation === 'equal') return [];
  const request = after
    ? (unimplied(to, from)
        .map((lacking) => showRequest(previous, next, after, lacking))
        .find((shown) => shown !== null) ?? null)
    : null;
  const audience = (gains: ReturnType<typeof gainsOf>) =>
    point.kind === 'input' ? ['callers who may run the field, with the id of another user'] : gains.map(describeGain);
  return [
    {
      coordinate: point.coordinate,
      kinds: [relation],
      details: [describePoint(point, before, after)],
      gains: implies(to, from) ? [] : audience(gainsOf(from, to)),
      losses: implies(from, to) ? [] : audience(gainsOf(to, from)),
      request,
    },
  ];
}

function describePoint(point: AccessPoint, before: AccessPoint | undefined, after: AccessPoint | undefined): string {
  switch (point.kind) {
    case 'field':
    case 'value':
    case 'object': {
      const [from, to] = [before, after].map((each) => each && describeRequirement(each.requirement));
      const subject = { object: 'its objects ', value: 'a value ', field: '' }[point.kind];
      if (from === undefined) return `${subject}requires ${to}`;
      return to === undefined ? `${subject}required ${from}` : `${subject}required ${from}, now ${to}`;
    }
    case 'result':
      return after === undefined ? `no longer returns ${point.member}` : `may now return ${point.member}`;
    case 'input':
      return after?.requirement.length === 0
        ? 'accepts the id of another user'
        : 'no longer accepts the id of another user';
  }
}

/**
 * Returns the fields whose refusal was an error of the request and makes them null now, or the reverse: nobody gains access,
 * but the response to those who are refused in both versions has another form.
 */
function refusalChanges(previous: Policy, next: Policy): readonly AccessChange[] {
  return [...new Set([...previous.nullFields, ...next.nullFields])].flatMap((coordinate) => {
    const [before, after] = [refusalOf(previous, coordinate), refusalOf(next, coordinate)];
    if (before === after || before === null || after === null) return [];
    return [elementChange(coordinate, ['breaking'], [describeRefusal(after)])];
  });
}

const describeRefusal = (now: OnRefusal): string =>
  now === 'NULL'
    ? 'a refusal refused the request, now makes the field null in a query'
    : 'a refusal made the field null in a query, now refuses the request';

/** Returns what a refusal of a field does; null if nobody is refused, or there is no such field. */
function refusalOf(policy: Policy, coordinate: string): OnRefusal | null {
  if (policy.nullFields.has(coordinate)) return 'NULL';
  const [type = '', field = ''] = coordinate.split('.');
  if (!hasCoordinate(policy.schema, coordinate)) return null;
  return policy.requirement(type, field).length === 0 ? null : 'REJECT';
}

/** Returns the names of the types in responses and of the input types that only one version has. */
function typesOnlyIn(policy: Policy, other: Policy): ReadonlySet<string> {
  const known = typesWithPoints(other);
  return new Set([...typesWithPoints(policy)].filter((name) => !known.has(name)));
}

const typeOf = ({ coordinate }: AccessPoint): string => coordinate.split('.')[0] ?? '';

/** Returns the elements that were added and removed, and graphql's breaking changes. */
function elementChanges(previous: Policy, next: Policy): readonly AccessChange[] {
  const before = coordinatesOf(previous);
  const after = coordinatesOf(next);
  const onlyIn = (these: ReadonlySet<string>, others: ReadonlySet<string>) =>
    // An added or removed element is reported without the elements that it contains.
    [...these].filter(
      (coordinate) => !others.has(coordinate) && parentsOf(coordinate).every((parent) => others.has(parent)),
    );
  return [
    ...onlyIn(after, before).map((coordinate) => elementChange(coordinate, ['added'])),
    ...onlyIn(before, after).map((coordinate) => elementChange(coordinate, ['removed'])),
    ...breakingChanges(previous.schema, next.schema).map(({ coordinate, description }) =>
      elementChange(coordinate, ['breaking'], [description]),
    ),
  ];
}

/** Returns the coordinates of everything in a schema except directives and the schema itself. */
function coordinatesOf({ schema }: Policy): ReadonlySet<string> {
  return new Set(
    [...readElements(schema).keys()].filter((coordinate) => /^\w/.test(coordinate) && coordinate !== 'schema'),
  );
}

/** Returns the coordinates that contain one: `Query.a` and `Query` for `Query.a(b:)`. */
function parentsOf(coordinate: string): readonly string[] {
  const field = coordinate.split('(')[0] ?? '';
  return [coordinate.split('.')[0] ?? '', field].filter((parent) => parent !== coordinate);
}

const ACCESS_KINDS: readonly ChangeKind[] = ['wider', 'narrower', 'incomparable'];
const KIND_ORDER: readonly ChangeKind[] = ['added', 'removed', ...ACCESS_KINDS, 'breaking'];

/** Combines two changes of one coordinate. */
function merge(one: AccessChange, other: AccessChange): AccessChange {
  const kinds = new Set([...one.kinds, ...other.kinds]);
  const access = ACCESS_KINDS.filter((kind) => kinds.delete(kind));
  if (access.length > 0) kinds.add(access.length === 1 ? (access[0] ?? 'incomparable') : 'incomparable');
  const union = (name: 'details' | 'gains' | 'losses') => [...new Set([...one[name], ...other[name]])];
  return {
    coordinate: one.coordinate,
    kinds: KIND_ORDER.filter((kind) => kinds.has(kind)),
    details: union('details'),
    gains: union('gains'),
    losses: union('losses'),
    request: one.request ?? other.request,
  };
}
