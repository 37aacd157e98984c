import { assert, property } from 'fast-check';
import { type OperationDefinitionNode, parse } from 'graphql';
import { expect, test } from 'vitest';
import { checkSchema } from '../check-schema.ts';
import { explain } from '../explain.ts';
import { createCallerExplanations } from '../explain-to-caller.ts';
import { ada, createTestSchema, NOW } from '../test-harness.ts';
import { Choices, decisions } from './random-choices.ts';
import { randomDocument } from './random-operation.ts';
import { randomSchema } from './random-schema.ts';
import { printSchema } from './schema-spec.ts';
import { PROPERTY_TIMEOUT, propertySettings } from './property-settings.ts';
import { AUDIENCES, visibleFields, visibleInputFields } from './visible-fields.ts';

// covers: EXPLORE-01
test(
  'an explanation for a caller has exactly the explained coordinates that the model of introspection shows that caller',
  PROPERTY_TIMEOUT,
  () => {
    const seen = { shown: 0, hidden: 0 };
    assert(
      property(decisions, decisions, (ofSchema, ofRequests) => {
        const spec = randomSchema(new Choices(ofSchema));
        const policy = checkSchema(createTestSchema(printSchema(spec)));
        const explainToCaller = createCallerExplanations(policy);
        const { text, operation: index, variables } = randomDocument(new Choices(ofRequests), spec);
        const document = parse(text);
        const operation = document.definitions[index] as OperationDefinitionNode;
        for (const audience of AUDIENCES) {
          const viewer = audience && { ...ada, ...audience };
          const fields = visibleFields(spec, audience);
          const types = new Set([...fields].map((name) => name.split(/[. ]/, 1)[0] ?? ''));
          const inputFields = visibleInputFields(spec, audience);
          const inputs = new Set(spec.inputs.map(({ name }) => name));
          const isShown = (coordinate: string) => {
            const [element = ''] = coordinate.split('(');
            const [type = ''] = element.split('.');
            if (inputs.has(type)) return inputFields.has(element);
            return element === type ? types.has(type) : fields.has(element);
          };
          const request = { document, operation, variables, viewer, now: NOW };
          const whole = explain(policy, request);
          const shown = explainToCaller(request);
          const subject = `${printSchema(spec)}\n${text}\n${JSON.stringify(audience)}`;
          const names = shown.coordinates.map(({ coordinate }) => coordinate);
          const expected = whole.coordinates.map(({ coordinate }) => coordinate).filter(isShown);
          // An input type is shown only if a visible field takes it: the explanation may have fewer, never more.
          expect(
            expected.filter((name) => !inputs.has(name.split('.', 1)[0] ?? '')),
            subject,
          ).toEqual(names.filter((name) => !inputs.has(name.split('.', 1)[0] ?? '')));
          expect(names.every(isShown), subject).toBe(true);
          expect([shown.verdict, shown.reason], subject).toEqual([whole.verdict, whole.reason]);
          expect(shown.hidden, subject).toBe(names.length < whole.coordinates.length);
          const rules = [...shown.coordinates, ...shown.rows].flatMap((part) => part.rules);
          for (const { at, location } of rules)
            expect(at === null ? location === null : isShown(at), `${subject}\n${at}`).toBe(true);
          for (const { type } of shown.rows) expect(types.has(type), `${subject}\n${type}`).toBe(true);
          seen.shown += names.length;
          seen.hidden += whole.coordinates.length - names.length;
        }
      }),
      propertySettings(200),
    );
    for (const [kind, count] of Object.entries(seen)) expect([kind, count > 20]).toEqual([kind, true]);
  },
);
