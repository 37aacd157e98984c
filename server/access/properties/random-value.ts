import type { Choices } from './random-choices.ts';
import { type Json, namedTypeIn, printValue, type SchemaSpec } from './schema-spec.ts';

type Inputs = SchemaSpec['inputs'];

const IDS = ['ada', 'ben', '', 5, 'Ada'];

/** Returns a variable to use as a value of a type; null for a literal. */
export type MakeVariable = (type: string) => string | null;

/** Returns a random value of a type, as JSON. */
export function randomValue(choices: Choices, inputs: Inputs, type: string, depth = 0): Json {
  if (type.endsWith('!')) return randomNonNullValue(choices, inputs, type.slice(0, -1), depth);
  return choices.oneIn(4) ? null : randomNonNullValue(choices, inputs, type, depth);
}

function randomNonNullValue(choices: Choices, inputs: Inputs, type: string, depth: number): Json {
  if (type.startsWith('[')) {
    const inner = type.slice(1, -1);
    // Input coercion turns a single value into a list.
    if (choices.oneIn(5)) return randomNonNullValue(choices, inputs, inner.replace(/!$/, ''), depth);
    return Array.from({ length: choices.upTo(2) }, () => randomValue(choices, inputs, inner, depth));
  }
  const input = inputs.find(({ name }) => name === type);
  if (input) {
    const fields = input.fields.filter(
      (field) =>
        (field.type.endsWith('!') && field.default === undefined) ||
        (choices.oneIn(2) && (depth < 2 || !inputs.some(({ name }) => name === namedTypeIn(field.type)))),
    );
    return Object.fromEntries(fields.map((field) => [field.name, randomValue(choices, inputs, field.type, depth + 1)]));
  }
  if (type === 'ID') return choices.pick(IDS);
  if (type === 'Int') return choices.upTo(9);
  if (type === 'Boolean') return choices.oneIn(2);
  return String(choices.pick(IDS));
}

/** Whether a value sets an owner or gives an input field with a rule, at any depth. */
export function containsRule(inputs: Inputs, type: string, value: Json | undefined): boolean {
  if (Array.isArray(value)) return (value as readonly Json[]).some((item) => containsRule(inputs, type, item));
  if (typeof value !== 'object' || value === null) return false;
  const fields = inputs.find(({ name }) => name === namedTypeIn(type))?.fields ?? [];
  const members = value as Readonly<Record<string, Json | undefined>>;
  return fields.some(
    (field) =>
      (field.owner && (members[field.name] ?? null) !== null) ||
      (field.auth !== undefined && Object.hasOwn(members, field.name)) ||
      containsRule(inputs, field.type, members[field.name]),
  );
}

/** Returns a random GraphQL literal of a type, with variables at any depth. */
export function randomLiteral(choices: Choices, inputs: Inputs, type: string, variable: MakeVariable): string {
  const named = choices.oneIn(3) ? variable(type) : null;
  if (named !== null) return named;
  const bare = type.endsWith('!') ? type.slice(0, -1) : type;
  if (bare === type && choices.oneIn(5)) return 'null';
  const input = inputs.find(({ name }) => name === bare);
  if (bare.startsWith('[') && choices.oneIn(2)) {
    const items = Array.from({ length: choices.upTo(2) }, () =>
      randomLiteral(choices, inputs, bare.slice(1, -1), variable),
    );
    return `[${items.join(', ')}]`;
  }
  if (input) {
    const fields = input.fields.filter(
      (field) => (field.type.endsWith('!') && field.default === undefined) || choices.oneIn(3),
    );
    return `{${fields.map((field) => `${field.name}: ${randomLiteral(choices, inputs, field.type, variable)}`).join(', ')}}`;
  }
  return printValue(randomNonNullValue(choices, inputs, bare, 1));
}
