import { assert, property } from 'fast-check';
import { type OperationDefinitionNode, parse, resolveSchemaCoordinate, validate } from 'graphql';
import { expect, test } from 'vitest';
import { executableSchema } from '../../executable-schema.ts';
import { checkSchema } from '../check-schema.ts';
import { isOwnedBy } from '../guard.ts';
import { ada, NOW, createTestSchema } from '../test-harness.ts';
import { authorize, type Decision } from '../authorize.ts';
import { accessMap, type Cell, type AudienceName, type Conditions } from '../access-map.ts';
import { createPlanner } from '../operation-planner.ts';
import type { Policy } from '../policy.ts';
import { MAX_REFUSALS, REASONS, type Reason } from '../refusal.ts';
import type { OwnerRule, Rule } from '../rule.ts';
import type { AccessViewer } from '../access-viewer.ts';
import { Choices, decisions } from './random-choices.ts';
import { minimalOperations, objectTypes } from './minimal-operation.ts';
import { randomSchema } from './random-schema.ts';
import { printSchema, SCOPES } from './schema-spec.ts';
import { PROPERTY_TIMEOUT, propertySettings } from './property-settings.ts';

type Counts = Map<string, number>;

/** Returns a viewer of this audience, with a fresh sign-in, a verified address and every scope. */
function viewerOf(audience: AudienceName): AccessViewer | null {
  if (audience === 'anonymous') return null;
  return { ...ada, roles: audience.startsWith('role ') ? [audience.slice('role '.length)] : [], scopes: SCOPES };
}

/** Returns the reason for which a viewer does not meet the conditions of a cell; null if the viewer does. */
function unmetBy(viewer: AccessViewer | null, { scopes, emailVerified, maxAge }: Conditions): Reason | null {
  if (scopes.some((lists) => !lists.some((all) => all.every((each) => viewer?.scopes?.includes(each)))))
    return 'FORBIDDEN';
  if (emailVerified && viewer?.emailVerified === false) return 'EMAIL_NOT_VERIFIED';
  return maxAge !== null && viewer && NOW - viewer.authTime > maxAge ? 'STEP_UP_REQUIRED' : null;
}

/** Returns why a cell refuses a viewer of its audience, or makes the field null. */
function outcomeOf(cell: Cell, viewer: AccessViewer | null): Record<'refusal' | 'orNull', Reason | null> {
  if (cell.outcome === 'refused') return { refusal: cell.code, orNull: null };
  if (cell.outcome === 'null') return { refusal: unmetBy(viewer, cell), orNull: cell.code };
  const { otherwiseNull } = cell;
  return { refusal: unmetBy(viewer, cell), orNull: otherwiseNull ? unmetBy(viewer, otherwiseNull) : null };
}

/** Returns the reason for which a rule makes its field null for a viewer; null if it does not. */
function nullReason(rule: Rule, viewer: AccessViewer | null): Reason | null {
  if (rule.kind !== 'auth' || rule.onRefusal !== 'NULL') return null;
  if (viewer === null) return 'UNAUTHENTICATED';
  const { roles, scopes, emailVerified, maxAge } = rule;
  if (roles?.every((role) => !viewer.roles.includes(role))) return 'FORBIDDEN';
  return unmetBy(viewer, { scopes: scopes === null ? [] : [scopes], emailVerified, maxAge });
}

/**
 * Returns the decision on an operation that the cells of its coordinates imply. Each coordinate is on the way to the next:
 * after a null, none runs.
 */
function decisionByMap(
  cells: ReadonlyMap<string, Cell | null>,
  rulesAt: ReadonlyMap<string, readonly Rule[]>,
  viewer: AccessViewer | null,
  isQuery: boolean,
): string {
  const refusals: [coordinate: string, code: Reason][] = [];
  let nulled: string | null = null;
  for (const [coordinate, cell] of cells) {
    if (cell === null) continue;
    const { refusal, orNull } = outcomeOf(cell, viewer);
    if (refusal !== null) refusals.push([coordinate, refusal]);
    if (orNull !== null && !isQuery) refusals.push([coordinate, orNull]);
    if (orNull !== null) nulled = `null ${orNull} ${coordinate}`;
    // The cell of a refusal does not say whether a rule would also make the field null.
    const isNull = orNull !== null || rulesAt.get(coordinate)?.some((rule) => nullReason(rule, viewer) !== null);
    if (isQuery && isNull) break;
  }
  const winner = REASONS.find((reason) => refusals.some(([, code]) => code === reason));
  if (winner === undefined) return nulled ?? 'allowed';
  const named = new Set(refusals.filter(([, code]) => code === winner).map(([coordinate]) => coordinate));
  return `${winner} ${[...named].slice(0, MAX_REFUSALS).toSorted().join(' ')}`;
}

/** Formats a decision on fields, without refusals of arguments, which the cells do not contain. */
function formatFieldDecision(decision: Decision, owners: ReadonlySet<string>): string {
  const [nulled] = decision.kind === 'allowed' ? (decision.nulled?.refusals ?? []) : [];
  if (nulled !== undefined) return `null ${nulled.reason} ${nulled.coordinate}`;
  if (decision.kind !== 'refused') return decision.kind;
  const fields = decision.refusals.filter(({ coordinate }) => !owners.has(coordinate));
  if (fields.length === 0) return 'allowed';
  return `${fields[0]?.reason} ${fields
    .map(({ coordinate }) => coordinate)
    .toSorted()
    .join(' ')}`;
}

/** Compares each cell of the map with the decisions of `authorize` and the guard on a viewer of the audience. */
function compare(policy: Policy, counts: Counts): void {
  const map = accessMap(policy);
  const cells = new Map(map.fields.map((field) => [field.coordinate, field.cells]));
  const rulesAt = new Map(map.fields.map((field) => [field.coordinate, field.rules]));
  const owners = new Set(map.arguments.flatMap(({ coordinate, rule }) => [coordinate, rule.coordinate]));
  const planner = createPlanner(policy);
  const operations = minimalOperations(policy.schema, ada.userId);
  expect(new Set(map.fields.map(({ coordinate }) => coordinate))).toEqual(
    new Set(operations.map(({ coordinates }) => coordinates.at(-1))),
  );
  for (const { text, coordinates } of operations) {
    const document = parse(text);
    expect(validate(policy.schema, document), text).toEqual([]);
    const [operation] = document.definitions as unknown as readonly [OperationDefinitionNode];
    for (const audience of map.audiences) {
      const here = new Map(coordinates.map((coordinate) => [coordinate, cells.get(coordinate)?.[audience] ?? null]));
      // Without an owner at a coordinate, `owner` and `other` are the same as `signed in`.
      for (const [coordinate, cell] of here)
        if (cell === null) here.set(coordinate, cells.get(coordinate)?.['signed in'] ?? null);
      const freshViewer = viewerOf(audience);
      const ages = [...here.values()].flatMap((cell) =>
        cell && 'maxAge' in cell
          ? [cell.maxAge ?? [], ('otherwiseNull' in cell && cell.otherwiseNull?.maxAge) || []].flat()
          : [],
      );
      for (const viewer of [
        freshViewer,
        freshViewer && { ...freshViewer, emailVerified: false },
        ...[['read:a'], ['read:a', 'write:a'], ['admin']].map((scopes) => freshViewer && { ...freshViewer, scopes }),
        ...[0, 1].map(
          (extra) =>
            freshViewer && { ...freshViewer, authTime: NOW - (ages.length > 0 ? Math.min(...ages) : 0) - extra },
        ),
      ]) {
        const decision = authorize(policy, planner(document, operation, {}), operation, {}, viewer, NOW);
        const actual = formatFieldDecision(decision, owners);
        const expected = decisionByMap(here, rulesAt, viewer, operation.operation === 'query');
        // The refusal of an argument, such as a default value, ranks after UNAUTHENTICATED and FORBIDDEN fields and
        // before the other reasons.
        if (decision.kind === 'refused' && actual === 'allowed') {
          expect(expected, text).not.toMatch(/^(UNAUTHENTICATED|FORBIDDEN)/);
          continue;
        }
        expect(actual, `${audience} ${JSON.stringify(viewer)} ${text}`).toBe(expected);
        const kind = actual.split(' ', 1)[0] ?? '';
        counts.set(kind, (counts.get(kind) ?? 0) + 1);
      }
      compareRows(policy, coordinates.at(-1) ?? '', audience, here.get(coordinates.at(-1) ?? '') ?? null, counts);
    }
  }
}

function compareRows(policy: Policy, coordinate: string, audience: AudienceName, cell: Cell | null, counts: Counts) {
  const viewer = viewerOf(audience);
  if (cell === null || cell.outcome === 'refused' || cell.outcome === 'null' || viewer === null) return;
  const element = resolveSchemaCoordinate(policy.schema, coordinate);
  if (element?.kind !== 'Field') throw new Error(`The schema has no field ${coordinate}.`);
  const typeNames = [element.type.name, ...objectTypes(policy.schema, element.field).map(({ name }) => name)];
  const isOwner = audience === 'owner';
  const passes = (rules: readonly OwnerRule[], owner: string) =>
    isOwnedBy(rules, Object.fromEntries(rules.map((rule) => [rule.field, owner])), viewer);
  const filtered: string[] = [];
  for (const name of new Set(typeNames)) {
    const rules = policy.owners.get(name) ?? [];
    expect(passes(rules, viewer.userId), `${audience} ${coordinate}: own ${name}`).toBe(true);
    if (!isOwner && !passes(rules, 'ben')) filtered.push(name);
  }
  expect(cell.types.toSorted(), `${audience} ${coordinate}`).toEqual(filtered.toSorted());
  const isWithheld = !isOwner && !passes(policy.fieldOwners.get(coordinate) ?? [], 'ben');
  const rows = audience === 'other' ? 'no rows' : 'own rows';
  const outcome = filtered.length > 0 ? rows : isWithheld ? 'withheld' : 'allowed';
  expect(cell.outcome, `${audience} ${coordinate}`).toBe(outcome);
  counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
}

// covers: ACCESS-26, ENGINE-11
test('each cell of the map of our schema equals the engine’s decision', () => {
  const counts: Counts = new Map();
  compare(checkSchema(executableSchema()), counts);
  expect([...counts.keys()].toSorted()).toEqual(
    ['FORBIDDEN', 'STEP_UP_REQUIRED', 'UNAUTHENTICATED', 'allowed', 'no rows', 'own rows'].toSorted(),
  );
});

test('each cell of the map of random schemas equals the engine’s decision', PROPERTY_TIMEOUT, () => {
  const counts: Counts = new Map();
  assert(
    property(decisions, (numbers) =>
      compare(checkSchema(createTestSchema(printSchema(randomSchema(new Choices(numbers))))), counts),
    ),
    propertySettings(100),
  );
  for (const outcome of [...REASONS, 'allowed', 'null', 'own rows', 'no rows', 'withheld'])
    expect([outcome, (counts.get(outcome) ?? 0) > 50]).toEqual([outcome, true]);
});
