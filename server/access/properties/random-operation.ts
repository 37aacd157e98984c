import type { Choices } from './random-choices.ts';
import { objectTypesOf } from './collect-fields.ts';
import { randomLiteral, randomValue } from './random-value.ts';
import { type FieldSpec, namedTypeIn, printValue, type SchemaSpec } from './schema-spec.ts';

const CONDITIONS = ['Boolean!', 'Boolean! = true', 'Boolean = false'];
const DEEPEST = 4;
const MOST_PARTS = 40;

/** A document with one or two operations, and valid and invalid values for its variables. */
export interface RandomDocument {
  readonly text: string;
  /** The index of the operation to run. */
  readonly operation: number;
  readonly variables: Readonly<Record<string, unknown>>;
}

interface Fragment {
  readonly name: string;
  readonly on: string;
  readonly body: string;
  readonly variables: ReadonlySet<string>;
  /** The depth of fields in it, including spread fragments. */
  readonly height: number;
}

/** Returns a random document that is valid for a schema. */
export function randomDocument(choices: Choices, spec: SchemaSpec): RandomDocument {
  const declared = new Map<string, { readonly type: string; readonly declaration: string }>();
  const fragments: Fragment[] = [];
  let used = new Set<string>();
  let budget = MOST_PARTS;
  let deepest = 0;
  const operations = Array.from({ length: 1 + (choices.oneIn(4) ? 1 : 0) }, (_, index) => {
    used = new Set();
    const kind = choices.oneIn(4) ? 'mutation' : 'query';
    const body = selection(kind === 'query' ? 'Query' : 'Mutation', 0);
    const head = [...used].map((name) => `$${name}: ${declared.get(name)?.declaration ?? ''}`);
    return `${kind} Q${index}${head.length > 0 ? `(${head.join(', ')})` : ''} ${body}`;
  });
  const written = fragments.map(({ name, on, body }) => `fragment ${name} on ${on} ${body}`);
  return {
    text: [...operations, ...written].join('\n'),
    operation: choices.upTo(operations.length - 1),
    variables: randomVariables(),
  };

  function selection(on: string, depth: number): string {
    const parts = Array.from({ length: 1 + choices.upTo(2) }, () => part(on, depth));
    return `{ ${parts.join(' ')} }`;
  }

  function part(on: string, depth: number): string {
    budget--;
    deepest = Math.max(deepest, depth);
    if (depth > 0 && depth < DEEPEST && budget > 0 && choices.oneIn(3)) return fragment(on, depth);
    const type = spec.types.find(({ name }) => name === on);
    const fields = (type?.fields ?? []).filter(
      (field) => (depth < DEEPEST && budget > 0) || objectTypesOf(spec, field.type).length + possibleOf(field) === 0,
    );
    if (fields.length === 0 || choices.oneIn(8)) return `__typename${condition()}`;
    const links = fields.filter(isComposite);
    const field = choices.pick(links.length > 0 && choices.oneIn(2) ? links : fields);
    const args = randomArguments(field);
    const alias = args !== '' || isComposite(field) || choices.oneIn(3) ? `a${MOST_PARTS - budget}: ` : '';
    return `${alias}${field.name}${args}${condition()}${isComposite(field) ? ` ${selection(namedTypeIn(field.type), depth + 1)}` : ''}`;
  }

  function possibleOf(field: FieldSpec): number {
    return isComposite(field) ? 1 : 0;
  }

  function isComposite({ type }: FieldSpec): boolean {
    const name = namedTypeIn(type);
    return spec.types.some((candidate) => candidate.name === name) || spec.unions.some((union) => union.name === name);
  }

  function fragment(on: string, depth: number): string {
    const here = objectTypesOf(spec, on);
    const names = [...spec.types.map(({ name }) => name), ...spec.unions.map(({ name }) => name)];
    const overlapping = names.filter(
      (name) => name === on || objectTypesOf(spec, name).some((type) => here.includes(type)),
    );
    const known = fragments.filter(({ on: there, height }) => overlapping.includes(there) && depth + height <= DEEPEST);
    if (known.length > 0 && choices.oneIn(2)) {
      const reused = choices.pick(known);
      for (const name of reused.variables) used.add(name);
      deepest = Math.max(deepest, depth + reused.height);
      return `...${reused.name}${condition()}`;
    }
    const target = choices.pick(overlapping);
    if (choices.oneIn(2)) {
      const typed = target === on && choices.oneIn(2) ? '' : ` on ${target}`;
      return `...${typed}${condition()} ${selection(target, depth)}`;
    }
    const outer = { used, deepest };
    used = new Set();
    deepest = depth;
    const body = selection(target, depth);
    const name = `F${fragments.length}`;
    fragments.push({ name, on: target, body, variables: used, height: deepest - depth });
    used = new Set([...outer.used, ...used]);
    deepest = Math.max(deepest, outer.deepest);
    return `...${name}${condition()}`;
  }

  function condition(): string {
    if (!choices.oneIn(4)) return '';
    const directives = choices.pick([['include'], ['skip'], ['skip', 'include']]);
    return directives.map((directive) => ` @${directive}(if: ${conditionValue()})`).join('');
  }

  function conditionValue(): string {
    return choices.oneIn(2) ? String(choices.oneIn(2)) : conditionVariable();
  }

  function conditionVariable(): string {
    const declaration = choices.pick(CONDITIONS);
    const known = [...declared].filter(([, { type }]) => type === 'Boolean');
    if (known.length > 0 && choices.oneIn(2)) return use(choices.pick(known)[0]);
    return use(declare('Boolean', declaration));
  }

  function randomArguments({ args }: FieldSpec): string {
    const supplied = args.filter((argument) => isRequired(argument) || choices.oneIn(2));
    if (supplied.length === 0) return '';
    const values = supplied.map(
      ({ name, type }) => `${name}: ${randomLiteral(choices, spec.inputs, type, valueVariable)}`,
    );
    return `(${values.join(', ')})`;
  }

  /** Returns a variable usable for this type: of the same type, or nullable with a non-null default. */
  function valueVariable(type: string): string {
    const known = [...declared].filter(([, { declaration }]) => declaration === type);
    if (known.length > 0 && choices.oneIn(3)) return use(choices.pick(known)[0]);
    if (!choices.oneIn(2)) return use(declare(type, type));
    const defaultValue = randomValue(choices, spec.inputs, `${type.replace(/!$/, '')}!`);
    const nullable = type.replace(/!$/, '');
    return use(declare(nullable, `${nullable} = ${printValue(defaultValue)}`));
  }

  function declare(type: string, declaration: string): string {
    const name = `v${declared.size}`;
    declared.set(name, { type, declaration });
    return name;
  }

  function use(name: string): string {
    used.add(name);
    return `$${name}`;
  }

  function randomVariables(): Readonly<Record<string, unknown>> {
    const variables: Record<string, unknown> = {};
    for (const [name, { type, declaration }] of declared) {
      // Most are valid: one invalid value makes the whole request invalid.
      const kind = choices.upTo(19);
      if (kind === 18) variables[name] = null;
      else if (kind === 19) variables[name] = choices.pick<unknown>(['text', 1.5, { odd: 1 }, [['x'], [null]]]);
      else if (kind < 14 || (declaration.endsWith('!') && !declaration.includes('=')))
        variables[name] = randomValue(choices, spec.inputs, type);
    }
    return variables;
  }
}

function isRequired({ type, default: defaultValue }: FieldSpec['args'][number]): boolean {
  return type.endsWith('!') && defaultValue === undefined;
}
