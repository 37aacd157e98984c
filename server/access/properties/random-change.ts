import type { Choices } from './random-choices.ts';
import { RANDOM_SCOPES, randomAuth } from './random-schema.ts';
import type { FieldSpec, InputSpec, RuleSpec, SchemaSpec } from './schema-spec.ts';

type Mutable<T> = T extends RuleSpec | string
  ? T
  : T extends readonly (infer Item)[]
    ? Mutable<Item>[]
    : T extends object
      ? { -readonly [Key in keyof T]: Mutable<T[Key]> }
      : T;
type Rules = { rules: RuleSpec[] };
/** Changes a copy of a schema; returns false if there is nothing of the kind to change. The result may be invalid. */
type Change = (spec: Mutable<SchemaSpec>, choices: Choices) => boolean;

const ROLES = ['USER', 'ADMIN', 'AUDITOR'];

/** The classes of changes of a schema, each by name. */
export const CHANGES: Readonly<Record<string, Change>> = {
  'add a directive': (spec, choices) =>
    on(elements(spec), choices, (element) => {
      if (element.rules.some(({ directive }) => directive === 'auth')) return false;
      const conditions = [{}, { roles: ['ADMIN'] }, { maxAge: 60 }, { emailVerified: true as const }];
      element.rules = [...withoutPublic(element.rules), { directive: 'auth', ...choices.pick(conditions) }];
      return true;
    }),
  'remove a directive': (spec, choices) =>
    onRule(
      spec,
      choices,
      () => true,
      () => null,
    ),
  'add a role': (spec, choices) =>
    onRule(spec, choices, hasRoles, (rule) => ({
      ...rule,
      roles: [...new Set([...(rule.roles ?? []), choices.pick(ROLES)])],
    })),
  'remove a role': (spec, choices) =>
    onRule(
      spec,
      choices,
      ({ roles }) => (roles?.length ?? 0) > 1,
      (rule) => ({ ...rule, roles: (rule.roles ?? []).slice(1) }),
    ),
  'replace the roles': (spec, choices) =>
    onRule(spec, choices, hasRoles, (rule) => ({ ...rule, roles: [choices.pick(ROLES)] })),
  'change maxAge': (spec, choices) =>
    onRule(spec, choices, isAuth, ({ maxAge, ...rule }) => {
      const next = choices.pick([0, 60, 120, 300]);
      return next === maxAge || next === 0 ? rule : { ...rule, maxAge: next };
    }),
  'change scopes': (spec, choices) =>
    onRule(spec, choices, isAuth, ({ scopes, ...rule }) => {
      const next = choices.pick(RANDOM_SCOPES);
      return next === scopes ? rule : { ...rule, scopes: next };
    }),
  'change emailVerified': (spec, choices) =>
    onRule(spec, choices, isAuth, ({ emailVerified, ...rule }) =>
      emailVerified ? rule : { ...rule, emailVerified: true },
    ),
  'change onRefusal': (spec, choices) =>
    on(
      spec.types.flatMap(({ fields }) => fields).filter(({ rules }) => rules.some(isAuth)),
      choices,
      (field) => {
        field.rules = field.rules.map(({ onRefusal, ...rule }) =>
          isAuth(rule) && onRefusal === undefined ? { ...rule, onRefusal: 'NULL' } : rule,
        );
        return true;
      },
    ),
  'change orRoles': (spec, choices) =>
    onRule(spec, choices, isOwner, ({ orRoles, ...rule }) => {
      const next = choices.pick<readonly string[]>([[], ['ADMIN'], ['AUDITOR', 'USER'], ['ADMIN', 'USER']]);
      return next.length === 0 || next === orRoles ? rule : { ...rule, orRoles: next };
    }),
  'change the owner field': (spec, choices) =>
    onRule(spec, choices, isOwner, (rule) => ({ ...rule, field: choices.pick(['userId', 'by']) })),
  '@public to @auth': (spec, choices) =>
    onRule(
      spec,
      choices,
      ({ directive }) => directive === 'public',
      () => ({ directive: 'auth' }),
    ),
  '@auth to @public': (spec, choices) =>
    on(elements(spec), choices, (element) => {
      const hadRule = element.rules.length > 0;
      element.rules = [{ directive: 'public' }];
      return hadRule;
    }),
  'move rules from a type to one of its fields': (spec, choices) =>
    on(objects(spec), choices, (type) => {
      const field = choices.pick(type.fields);
      const moved = withoutPublic(type.rules).filter(
        ({ directive }) => !field.rules.some((own) => own.directive === directive),
      );
      field.rules = [...field.rules, ...moved.map(onDefinition)];
      type.rules = [{ directive: 'auth' }];
      return moved.length > 0;
    }),
  'move rules from a type to all of its fields': (spec, choices) =>
    on(objects(spec), choices, (type) => {
      for (const field of type.fields) {
        const kinds = field.rules.map(({ directive }) => directive);
        const moved = type.rules.filter(({ directive }) => !kinds.includes(directive)).map(onDefinition);
        field.rules = [...withoutPublic(field.rules), ...moved];
      }
      const hadRule = type.rules.length > 0;
      type.rules = [];
      return hadRule;
    }),
  'add a field': (spec, choices) =>
    on(objects(spec), choices, (type) => {
      const target = choices.pick([...spec.types.map(({ name }) => name), 'Int']);
      const rules = choices.pick<readonly RuleSpec[]>([
        [{ directive: 'auth' }],
        [{ directive: 'auth', roles: ['ADMIN'] }],
        [{ directive: 'public' }],
      ]);
      type.fields.push(fieldOf('added', target, rules));
      return true;
    }),
  'remove a field': (spec, choices) =>
    on(objects(spec), choices, (type) => {
      type.fields = type.fields.filter((field) => field !== choices.pick(type.fields));
      return type.fields.length > 0;
    }),
  'change the type of a field': (spec, choices) =>
    on(objects(spec), choices, (type) => {
      const links = type.fields.filter(({ name }) => name.startsWith('link'));
      if (links.length === 0) return false;
      choices.pick(links).type = choices.pick(spec.types).name;
      return true;
    }),
  'add an argument': (spec, choices) =>
    on(objects(spec), choices, (type) => {
      const input = { name: 'added', type: choices.pick(['ID', '[String]', 'Int', 'N0']), owner: false };
      choices.pick(type.fields).args.push(choices.oneIn(2) && holdsId(input) ? { ...input, owner: true } : input);
      return true;
    }),
  'add or remove @owner on an argument': (spec, choices) =>
    on(
      spec.types.flatMap(({ fields }) => fields.flatMap(({ args }) => args)),
      choices,
      toggleOwner,
    ),
  'remove an argument': (spec, choices) =>
    on(
      spec.types.flatMap(({ fields }) => fields.filter(({ args }) => args.length > 0)),
      choices,
      (field) => field.args.pop() !== undefined,
    ),
  'add an input field': (spec, choices) =>
    on(spec.inputs, choices, ({ fields }) => {
      fields.push({ name: 'added', type: choices.pick(['ID', '[ID!]', 'Int']), owner: false });
      const added = fields.at(-1);
      if (added && choices.oneIn(2)) toggleOwner(added);
      return true;
    }),
  'add or remove @owner on an input field': (spec, choices) =>
    on(
      spec.inputs.flatMap(({ fields }) => fields),
      choices,
      toggleOwner,
    ),
  'add, change or remove @auth on an input field': (spec, choices) =>
    on(
      spec.inputs.flatMap(({ fields }) =>
        fields.filter(({ type, default: value }) => !type.endsWith('!') && value === undefined),
      ),
      choices,
      (field) => {
        if (field.auth !== undefined && choices.oneIn(2)) delete field.auth;
        else field.auth = randomAuth(choices, false);
        return true;
      },
    ),
  'remove an input field': (spec, choices) =>
    on(spec.inputs, choices, ({ fields }) => fields.length > 1 && fields.pop() !== undefined),
  'implement an interface': (spec, choices) =>
    on(objects(spec), choices, (type) => {
      const parents = spec.types.filter(({ kind, name }) => kind === 'interface' && !type.interfaces.includes(name));
      if (parents.length === 0) return false;
      const parent = choices.pick(parents);
      type.interfaces = [...new Set([...type.interfaces, ...parent.interfaces, parent.name])];
      const names = type.fields.map(({ name }) => name);
      type.fields.push(
        ...parent.fields.filter(({ name }) => !names.includes(name)).map((field) => ({ ...field, rules: [] })),
      );
      return true;
    }),
  'no longer implement an interface': (spec, choices) =>
    on(objects(spec), choices, (type) => {
      for (const field of type.fields) if (field.rules.length === 0) field.rules = [{ directive: 'auth' }];
      return type.interfaces.pop() !== undefined;
    }),
  'add a member to a union': (spec, choices) =>
    on(spec.unions, choices, (union) => {
      const others = objects(spec).filter(({ name }) => name.startsWith('T') && !union.members.includes(name));
      if (others.length > 0) union.members.push(choices.pick(others).name);
      return others.length > 0;
    }),
};

function on<T>(list: readonly T[], choices: Choices, change: (item: T) => boolean): boolean {
  return list.length > 0 && change(choices.pick(list));
}

const objects = ({ types }: Mutable<SchemaSpec>) => types.filter(({ kind }) => kind === 'type');

function elements({ types }: Mutable<SchemaSpec>): readonly Rules[] {
  return types.flatMap((type) => [type, ...type.fields]);
}

/** Replaces a rule, or removes it if the replacement is null. */
function onRule(
  spec: Mutable<SchemaSpec>,
  choices: Choices,
  matches: (rule: RuleSpec) => boolean,
  replace: (rule: RuleSpec) => RuleSpec | null,
): boolean {
  return on(
    elements(spec).filter(({ rules }) => rules.some(matches)),
    choices,
    (element) => {
      const rule = choices.pick(element.rules.filter(matches));
      const replacement = replace(rule);
      element.rules = element.rules.flatMap((each) => (each === rule ? (replacement ?? []) : each));
      return true;
    },
  );
}

const isAuth = ({ directive }: RuleSpec) => directive === 'auth';
const isOwner = ({ directive }: RuleSpec) => directive === 'owner';
const hasRoles = ({ roles }: RuleSpec) => roles !== undefined;
const holdsId = ({ type }: InputSpec) => /ID|String/.test(type);
const onDefinition = (rule: RuleSpec): RuleSpec => ({ ...rule, onExtension: false });
const withoutPublic = (rules: readonly RuleSpec[]) => rules.filter(({ directive }) => directive !== 'public');

function toggleOwner(input: Mutable<InputSpec>): boolean {
  if (!holdsId(input) || input.default !== undefined) return false;
  input.owner = !input.owner;
  return true;
}

function fieldOf(name: string, type: string, rules: readonly RuleSpec[]): Mutable<FieldSpec> {
  return { name, type, args: [], rules: [...rules], onExtension: false };
}
