import { assert, property } from 'fast-check';
import { type OperationDefinitionNode, parse } from 'graphql';
import { expect, test } from 'vitest';
import { checkSchema } from '../check.ts';
import { explain } from '../explain.ts';
import { ada, NOW, schemaOf } from '../harness.ts';
import { judge } from '../judge.ts';
import { createPlanner } from '../operation.ts';
import { Choices, decisions } from './choices.ts';
import { randomDocument } from './randomOperation.ts';
import { randomSchema } from './randomSchema.ts';
import { printSchema } from './schemaSpec.ts';
import { settings } from './settings.ts';

test('what is explained is what is judged: the verdict, and every refusal of it', () => {
  const seen = new Map<string, number>();
  assert(
    property(decisions, decisions, (ofSchema, ofRequests) => {
      const spec = randomSchema(new Choices(ofSchema));
      const policy = checkSchema(schemaOf(printSchema(spec)));
      const choices = new Choices(ofRequests);
      const { text, operation: index, variables } = randomDocument(choices, spec);
      const document = parse(text);
      const operation = document.definitions[index] as OperationDefinitionNode;
      const stranger = { ...ada, roles: choices.some(['ADMIN', 'AUDITOR']), emailVerified: false, authTime: NOW - 99 };
      for (const viewer of [null, ada, stranger]) {
        const plan = createPlanner(policy)(document, operation, variables);
        const verdict = judge(policy, plan, operation, variables, viewer, NOW);
        const explanation = explain(policy, { document, operation, variables, viewer, now: NOW });
        const refused = explanation.coordinates.filter((one) => one.verdict === 'refused');
        expect(explanation.verdict, text).toBe(verdict.kind);
        expect(explanation.reason, text).toBe(verdict.kind === 'refused' ? verdict.refusals[0]?.reason : null);
        if (verdict.kind === 'refused')
          for (const { coordinate, reason } of verdict.refusals)
            expect(refused, text).toContainEqual(expect.objectContaining({ coordinate, reason }));
        else expect(refused, text).toEqual([]);
        expect(explanation.complaints.length > 0 || verdict.kind !== 'invalid', text).toBe(true);
        seen.set(verdict.kind, (seen.get(verdict.kind) ?? 0) + 1);
      }
    }),
    settings(200),
  );
  for (const kind of ['allowed', 'refused', 'invalid'])
    expect([kind, (seen.get(kind) ?? 0) > 10]).toEqual([kind, true]);
});
