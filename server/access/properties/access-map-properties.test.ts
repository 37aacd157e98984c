import { assert, property } from 'fast-check';
import { type OperationDefinitionNode, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { executableSchema } from '../../executable-schema.ts';
import { checkSchema } from '../check-schema.ts';
import { isOwnedBy } from '../guard.ts';
import { ada, NOW, createTestSchema } from '../test-harness.ts';
import { authorize, type Decision } from '../authorize.ts';
import { accessMap, type Cell, type AudienceName } from '../access-map.ts';
import { createPlanner } from '../operation-planner.ts';
import type { Policy } from '../policy.ts';
import { MAX_REFUSALS, REASONS, type Reason } from '../refusal.ts';
import type { OwnerRule } from '../rule.ts';
import type { AccessViewer } from '../access-viewer.ts';
import { Choices, decisions } from './random-choices.ts';
import { minimalOperations, objectTypes } from './minimal-operation.ts';
import { randomSchema } from './random-schema.ts';
import { printSchema } from './schema-spec.ts';
import { propertySettings } from './property-settings.ts';

type Counts = Map<string, number>;

/** A caller of this audience: with a fresh sign-in and a verified address, unless changed. */
function viewerOf(audience: AudienceName): AccessViewer | null {
  if (audience === 'anonymous') return null;
  return { ...ada, roles: audience.startsWith('role ') ? [audience.slice('role '.length)] : [] };
}

/** What the cells of all coordinates of an operation say of a caller, as the engine would put it. */
function foretold(cells: ReadonlyMap<string, Cell | null>, viewer: AccessViewer | null): string {
  const refusals: [coordinate: string, code: Reason][] = [];
  for (const [coordinate, cell] of cells) {
    if (cell === null) continue;
    if (cell.outcome === 'refused') refusals.push([coordinate, cell.code]);
    else if (cell.emailVerified && viewer?.emailVerified === false) refusals.push([coordinate, 'EMAIL_NOT_VERIFIED']);
    else if (cell.maxAge !== null && viewer && NOW - viewer.authTime > cell.maxAge)
      refusals.push([coordinate, 'STEP_UP_REQUIRED']);
  }
  const winner = REASONS.find((reason) => refusals.some(([, code]) => code === reason));
  if (winner === undefined) return 'allowed';
  const named = refusals.filter(([, code]) => code === winner).map(([coordinate]) => coordinate);
  return `${winner} ${named.slice(0, MAX_REFUSALS).toSorted().join(' ')}`;
}

/** A verdict on fields; what arguments refuse, of which the map speaks elsewhere, is left out. */
function judged(decision: Decision, owners: ReadonlySet<string>): string {
  if (decision.kind !== 'refused') return decision.kind;
  const fields = decision.refusals.filter(({ coordinate }) => !owners.has(coordinate));
  if (fields.length === 0) return 'allowed';
  return `${fields[0]?.reason} ${fields
    .map(({ coordinate }) => coordinate)
    .toSorted()
    .join(' ')}`;
}

/** Compares each cell of the map with what the engine's judgement and the guard's make of such a caller. */
function compare(policy: Policy, counts: Counts): void {
  const map = accessMap(policy);
  const cells = new Map(map.fields.map((field) => [field.coordinate, field.cells]));
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
      // Where a coordinate has no owner, owner and other are signed in like anybody.
      for (const [coordinate, cell] of here)
        if (cell === null) here.set(coordinate, cells.get(coordinate)?.['signed in'] ?? null);
      const caller = viewerOf(audience);
      const ages = [...here.values()].flatMap((cell) => (cell && 'maxAge' in cell ? (cell.maxAge ?? []) : []));
      for (const viewer of [
        caller,
        caller && { ...caller, emailVerified: false },
        ...[0, 1].map(
          (more) => caller && { ...caller, authTime: NOW - (ages.length > 0 ? Math.min(...ages) : 0) - more },
        ),
      ]) {
        const decision = authorize(policy, planner(document, operation, {}), operation, {}, viewer, NOW);
        const said = judged(decision, owners);
        const expected = foretold(here, viewer);
        // An argument's refusal, of a default say, comes after those of fields that a sign-in cannot mend, and before
        // the others.
        if (decision.kind === 'refused' && said === 'allowed') {
          expect(expected, text).not.toMatch(/^(UNAUTHENTICATED|FORBIDDEN)/);
          continue;
        }
        expect(said, `${audience} ${JSON.stringify(viewer)} ${text}`).toBe(expected);
        const kind = said.split(' ', 1)[0] ?? '';
        counts.set(kind, (counts.get(kind) ?? 0) + 1);
      }
      compareRows(policy, coordinates.at(-1) ?? '', audience, here.get(coordinates.at(-1) ?? '') ?? null, counts);
    }
  }
}

function compareRows(policy: Policy, coordinate: string, audience: AudienceName, cell: Cell | null, counts: Counts) {
  const viewer = viewerOf(audience);
  if (cell === null || cell.outcome === 'refused' || viewer === null) return;
  const [typeName = '', fieldName = ''] = coordinate.split('.');
  const type = objectTypes(policy.schema, { type: policy.schema.getType(typeName) } as never)[0];
  const field = type?.getFields()[fieldName];
  const around = [typeName, ...(field ? objectTypes(policy.schema, field).map(({ name }) => name) : [])];
  const isOwner = audience === 'owner';
  const passes = (rules: readonly OwnerRule[], owner: string) =>
    isOwnedBy(rules, Object.fromEntries(rules.map((rule) => [rule.field, owner])), viewer);
  const filtered: string[] = [];
  for (const name of new Set(around)) {
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
test('each cell of our map is what the engine judges', () => {
  const counts: Counts = new Map();
  compare(checkSchema(executableSchema()), counts);
  expect([...counts.keys()].toSorted()).toEqual(
    ['FORBIDDEN', 'STEP_UP_REQUIRED', 'UNAUTHENTICATED', 'allowed', 'no rows', 'own rows'].toSorted(),
  );
});

test('each cell of the map of any schema is what the engine judges', () => {
  const counts: Counts = new Map();
  assert(
    property(decisions, (numbers) =>
      compare(checkSchema(createTestSchema(printSchema(randomSchema(new Choices(numbers))))), counts),
    ),
    propertySettings(100),
  );
  for (const outcome of [...REASONS, 'allowed', 'own rows', 'no rows', 'withheld'])
    expect([outcome, (counts.get(outcome) ?? 0) > 50]).toEqual([outcome, true]);
});
