import { assert, property } from 'fast-check';
import { type OperationDefinitionNode, parse } from 'graphql';
import { expect, test } from 'vitest';
import { checkSchema } from '../check-schema.ts';
import { explain, type CrossOwnerRows } from '../explain.ts';
import { isOwnedBy } from '../guard.ts';
import { ada, NOW, createTestSchema } from '../test-harness.ts';
import { authorize } from '../authorize.ts';
import { createPlanner } from '../operation-planner.ts';
import type { OwnerRule } from '../rule.ts';
import type { AccessViewer } from '../access-viewer.ts';
import { Choices, decisions } from './random-choices.ts';
import { randomDocument } from './random-operation.ts';
import { randomSchema } from './random-schema.ts';
import { printSchema } from './schema-spec.ts';
import { PROPERTY_TIMEOUT, propertySettings } from './property-settings.ts';

/** Compares `others` with the guard, for objects of which the viewer owns each subset of the owner fields. */
function compareCrossOwnerRows(
  rules: readonly OwnerRule[],
  others: CrossOwnerRows | null,
  viewer: AccessViewer | null,
): string {
  const fields = [...new Set(rules.map(({ field }) => field ?? ''))];
  const isReturned = (own: number) =>
    isOwnedBy(rules, Object.fromEntries(fields.map((field, bit) => [field, own & (1 << bit) ? 'ada' : 'ben'])), viewer);
  const foreign = Array.from({ length: 2 ** fields.length - 1 }, (_, own) => own).filter(isReturned);
  expect(others !== null, JSON.stringify(rules)).toBe(foreign.length > 0);
  expect(others?.rules.length === 0, JSON.stringify(rules)).toBe(foreign.includes(0));
  if (others === null) return 'own';
  return others.rules.length === 0 ? 'cross-owner' : 'some owners';
}

// covers: ENGINE-12
test(
  'explain agrees with authorize on the decision and every refusal, and with the guard on returned rows',
  PROPERTY_TIMEOUT,
  () => {
    const seen = new Map<string, number>();
    assert(
      property(decisions, decisions, (ofSchema, ofRequests) => {
        const spec = randomSchema(new Choices(ofSchema));
        const policy = checkSchema(createTestSchema(printSchema(spec)));
        const choices = new Choices(ofRequests);
        const { text, operation: index, variables } = randomDocument(choices, spec);
        const document = parse(text);
        const operation = document.definitions[index] as OperationDefinitionNode;
        const restrictedViewer = {
          ...ada,
          roles: choices.subset(['ADMIN', 'AUDITOR']),
          emailVerified: false,
          authTime: NOW - 99,
        };
        for (const viewer of [
          null,
          ada,
          restrictedViewer,
          { ...ada, roles: ['ADMIN', 'AUDITOR'], scopes: ['read:a', 'admin'] },
        ]) {
          const plan = createPlanner(policy)(document, operation, variables);
          const decision = authorize(policy, plan, operation, variables, viewer, NOW);
          const explanation = explain(policy, { document, operation, variables, viewer, now: NOW });
          const refused = explanation.coordinates.filter(({ verdict }) => verdict === 'refused');
          expect(explanation.verdict, text).toBe(decision.kind);
          expect(explanation.reason, text).toBe(decision.kind === 'refused' ? decision.refusals[0]?.reason : null);
          if (decision.kind === 'refused')
            for (const { coordinate, reason } of decision.refusals)
              expect(refused, text).toContainEqual(expect.objectContaining({ coordinate, reason }));
          else expect(refused, text).toEqual([]);
          if (decision.kind === 'allowed') {
            const nulls = explanation.coordinates.filter(({ verdict }) => verdict === 'null');
            const nulled = decision.nulled?.refusals ?? [];
            expect(
              nulls.map(({ coordinate, reason }) => [coordinate, reason]),
              text,
            ).toEqual(nulled.map(({ coordinate, reason }) => [coordinate, reason]));
            if (nulled.length > 0) seen.set('nulled', (seen.get('nulled') ?? 0) + 1);
          }
          expect(explanation.complaints.length > 0 || decision.kind !== 'invalid', text).toBe(true);
          for (const row of explanation.rows) {
            const scope = compareCrossOwnerRows(policy.owners.get(row.type) ?? [], row.others, viewer);
            seen.set(scope, (seen.get(scope) ?? 0) + 1);
          }
          seen.set(decision.kind, (seen.get(decision.kind) ?? 0) + 1);
        }
      }),
      propertySettings(200),
    );
    for (const kind of ['allowed', 'nulled', 'refused', 'invalid', 'own', 'cross-owner'])
      expect([kind, (seen.get(kind) ?? 0) > 10]).toEqual([kind, true]);
  },
);
