import type { Choices } from './random-choices.ts';
import type { AccessViewer } from '../access-viewer.ts';
import { reasonOf, rulesOn } from './authorization-model.ts';
import { objectTypesOf, typeNamed } from './collect-fields.ts';
import { randomValue, containsRule } from './random-value.ts';
import {
  type FieldSpec,
  type InputSpec,
  namedTypeIn,
  type RuleSpec,
  type SchemaSpec,
  type TypeSpec,
} from './schema-spec.ts';

const SCALARS = [
  ['id', 'ID!'],
  ['userId', 'ID!'],
  ['by', 'String!'],
  ['maybe', 'ID'],
  ['size', 'Int'],
  ['tags', '[String!]'],
] as const;
const ARGUMENTS = [
  ['n', 'Int'],
  ['user', 'ID'],
  ['users', '[ID!]'],
  ['grid', '[[String]]'],
  ['must', 'ID!'],
] as const;
const INPUTS = ['N0', 'N1'];
/** Conditions on scopes: one, all of several, one of several, and one list of several. */
export const RANDOM_SCOPES = [
  [['read:a']],
  [['read:a', 'write:a']],
  [['read:a'], ['admin']],
  [['read:a', 'write:a'], ['admin']],
] as const;
const WRAPS = ['*', '[*]', '[*!]!', '[[*]]'];

/** Returns a random schema that satisfies all schema rules. */
export function randomSchema(choices: Choices, { withArguments = true } = {}): SchemaSpec {
  const inputs = INPUTS.map((name) => ({ name, fields: randomInputFields(choices) }));
  const interfaces = Array.from({ length: choices.upTo(3) }, (_, index) => `I${index}`);
  const interfacesOf = new Map<string, readonly string[]>();
  for (const [index, name] of interfaces.entries())
    interfacesOf.set(name, withInheritedInterfaces(interfaces.slice(0, index)));
  const objects = Array.from({ length: 1 + choices.upTo(3) }, (_, index) => `T${index}`);
  for (const name of objects) interfacesOf.set(name, withInheritedInterfaces(interfaces));
  const unions = Array.from({ length: choices.upTo(2) }, (_, index) => {
    const members = choices.subset(objects);
    return { name: `U${index}`, members: members.length > 0 ? members : objects.slice(0, 1) };
  });
  const composites = [...objects, ...interfaces, ...unions.map(({ name }) => name)];
  const types: TypeSpec[] = [];
  for (const name of interfaces) types.push(randomType('interface', name));
  for (const name of [...objects, 'Query', 'Mutation']) types.push(randomType('type', name));
  for (const type of types) addTypeRules(type);
  // On an interface with a restricted implementing type, @public would violate publicIsAllOrNothing.
  for (const type of types) if (hasRestrictedObject(type)) type.rules = withoutPublic(type.rules);
  for (const type of types) addFieldRules(type);
  removeContradictions();
  const spec = { types, unions, inputs };
  // Last, so that the other choices do not depend on it.
  for (const type of types)
    for (const [index, field] of type.fields.entries()) {
      // By position, too: after the end of the choices every field of a schema is public.
      if ((index + choices.upTo(2)) % 3 === 0) addNull(type, field);
      else if (!choices.oneIn(3)) makeNullable(spec, type, field);
    }
  return spec;

  function withInheritedInterfaces(from: readonly string[]): readonly string[] {
    const chosen = choices.subset(from);
    return from.filter(
      (name) => chosen.includes(name) || chosen.some((other) => interfacesOf.get(other)?.includes(name)),
    );
  }

  function randomType(kind: TypeSpec['kind'], name: string): TypeSpec {
    const inherited = new Map<string, FieldSpec>();
    const parents = interfacesOf.get(name) ?? [];
    for (const parent of types.filter((type) => parents.includes(type.name)))
      for (const field of parent.fields) inherited.set(field.name, inherit(field, kind));
    for (const [scalar, type] of choices.subset(SCALARS)) if (!inherited.has(scalar)) add(scalar, type, []);
    const own = kind === 'interface' ? name.toLowerCase() : '';
    for (let index = choices.upTo(1); index >= 0; index--) {
      const result = choices.pick(WRAPS).replace('*', choices.pick(composites));
      add(`${own}link${index}`, result, withArguments ? randomArguments(choices, inputs) : []);
    }
    add(`${own}value`, 'Int', withArguments ? randomArguments(choices, inputs) : []);
    return { kind, name, interfaces: parents, rules: [], fields: [...inherited.values()] };

    function add(field: string, type: string, args: readonly InputSpec[]) {
      inherited.set(field, { name: field, type, args, rules: [], onExtension: choices.oneIn(3) });
    }
  }

  function inherit(field: FieldSpec, kind: TypeSpec['kind']): FieldSpec {
    const args = field.args.map((argument) => ownable({ ...argument, owner: false }, choices));
    const members = objects.filter(
      (name) =>
        interfacesOf.get(name)?.includes(namedTypeIn(field.type)) ||
        unions.some((union) => union.name === namedTypeIn(field.type) && union.members.includes(name)),
    );
    const narrow = kind === 'type' && members.length > 0 && choices.oneIn(3);
    const type = narrow ? field.type.replace(namedTypeIn(field.type), choices.pick(members)) : field.type;
    return { ...field, args, type, onExtension: choices.oneIn(3) };
  }

  /** Adds rules to a type whose interfaces have theirs. */
  function addTypeRules(type: TypeSpec): void {
    const above = types.filter(({ name }) => type.interfaces.includes(name));
    const isRestrictedAbove = above.some(({ rules }) => hasRestriction(rules));
    const owners = ownersOf(type);
    type.rules =
      owners.length > 0 && choices.oneIn(3)
        ? [randomOwner(choices, owners, choices.oneIn(2))]
        : randomRules(choices, owners, !isRestrictedAbove);
  }

  /** Adds rules to a type's fields: each field is covered, and no public field returns an owned type. */
  function addFieldRules(type: TypeSpec): void {
    const above = types.filter(({ name }) => type.interfaces.includes(name));
    const isRestrictedType = hasRestriction([...type.rules, ...above.flatMap(({ rules }) => rules)]);
    for (const field of type.fields) {
      const twins = above.flatMap(({ fields }) => fields.filter(({ name }) => name === field.name));
      const parents = above.filter(({ fields }) => fields.some(({ name }) => name === field.name));
      const isRestricted = isRestrictedType || hasRestriction(twins.flatMap(({ rules }) => rules));
      const canBePublic = !isRestricted && !returnsOwned(field) && !hasRestrictedObject(type);
      field.rules = randomRules(choices, ownersOf(type), canBePublic).map((rule) => ({ ...rule, onExtension: false }));
      const allRules = [...type.rules, ...field.rules, ...[...twins, ...parents].flatMap(({ rules }) => rules)];
      const isOpen = !isRestricted && !hasRestriction(field.rules);
      const hasNoRule = allRules.length === 0;
      if (isOpen && (returnsOwned(field) || (hasNoRule && (hasRestrictedObject(type) || choices.oneIn(2)))))
        field.rules = [{ directive: 'auth' }];
      else if (isOpen && hasNoRule) field.rules = [{ directive: 'public' }];
    }
  }

  /** Replaces the rules of a field that nothing restricts by one with `onRefusal: NULL`, if the schema rules allow it. */
  function addNull(type: TypeSpec, field: FieldSpec): void {
    const { rules } = field;
    const isFree =
      type.kind === 'type' &&
      !hasRestriction(rules) &&
      declarationsOf(type, field).every(
        (each) => each === field || hasRestriction(each.rules) || each.rules.length === 0,
      );
    if (isFree) field.rules = [randomAuth(choices, false)];
    makeNullable({ types, unions, inputs }, type, field);
    if (isFree && field.rules.every(({ onRefusal }) => onRefusal === undefined)) field.rules = rules;
  }

  /** Returns the fields that `@owner` can name. A root type has no owner. */
  function ownersOf({ name: typeName, fields }: TypeSpec) {
    if (typeName === 'Query' || typeName === 'Mutation') return [];
    return SCALARS.slice(1, 4).filter(([name]) => fields.some((field) => field.name === name));
  }

  /**
   * Removes @public from interface fields that an implementing type restricts; fields left without a rule get @auth.
   */
  function removeContradictions(): void {
    for (const type of types.filter(({ kind }) => kind === 'interface'))
      for (const field of type.fields)
        if (
          implementingTypes(type).some((object) =>
            hasRestriction(declarationsOf(object, field).flatMap(({ rules }) => rules)),
          )
        )
          field.rules = withoutPublic(field.rules);
    for (const type of types.filter(({ kind }) => kind === 'type'))
      for (const field of type.fields) if (isUncovered(type, field)) field.rules = [{ directive: 'auth' }];
  }

  /** Whether no rule covers a field: a public interface covers only the fields that it declares. */
  function isUncovered(type: TypeSpec, field: FieldSpec): boolean {
    const covering = selfAndInterfaces(type).flatMap(({ name, fields, rules }) =>
      name === type.name || fields.some((twin) => twin.name === field.name) ? rules : withoutPublic(rules),
    );
    return [...covering, ...declarationsOf(type, field).flatMap(({ rules }) => rules)].length === 0;
  }

  function selfAndInterfaces(type: TypeSpec): readonly TypeSpec[] {
    return types.filter((other) => other === type || type.interfaces.includes(other.name));
  }

  /** Returns the field as the type and each of its interfaces declare it. */
  function declarationsOf(type: TypeSpec, { name }: FieldSpec): readonly FieldSpec[] {
    return selfAndInterfaces(type).flatMap(({ fields }) => fields.filter((field) => field.name === name));
  }

  function implementingTypes({ name }: TypeSpec): readonly TypeSpec[] {
    return types.filter(({ kind, interfaces: above }) => kind === 'type' && above.includes(name));
  }

  /** Whether a type is an interface with a restricted implementing type. */
  function hasRestrictedObject(type: TypeSpec): boolean {
    const implementing = type.kind === 'interface' ? implementingTypes(type) : [];
    return implementing.some((object) => hasRestriction(selfAndInterfaces(object).flatMap(({ rules }) => rules)));
  }

  function returnsOwned({ type: written }: Pick<FieldSpec, 'type'>): boolean {
    return types.some((type) => {
      const name = namedTypeIn(written);
      const union = unions.find((candidate) => candidate.name === name);
      const possible = type.name === name || type.interfaces.includes(name) || union?.members.includes(type.name);
      const rules = types.filter((other) => other === type || type.interfaces.includes(other.name));
      return possible && rules.some((other) => other.rules.some(({ directive }) => directive === 'owner'));
    });
  }
}

function hasRestriction(rules: readonly RuleSpec[]): boolean {
  return withoutPublic(rules).length > 0;
}

function withoutPublic(rules: readonly RuleSpec[]): readonly RuleSpec[] {
  return rules.filter(({ directive }) => directive !== 'public');
}

function randomRules(
  choices: Choices,
  owners: readonly (readonly [string, string])[],
  canBePublic: boolean,
): readonly RuleSpec[] {
  const onExtension = choices.oneIn(2);
  switch (choices.upTo(6)) {
    case 0:
    case 1:
    case 2:
      return [];
    case 3:
      return canBePublic ? [{ directive: 'public', onExtension }] : [];
    case 4:
      return [randomAuth(choices, onExtension)];
    case 5:
      return owners.length > 0 ? [randomOwner(choices, owners, onExtension)] : [];
    default:
      return [
        randomAuth(choices, onExtension),
        ...(owners.length > 0 ? [randomOwner(choices, owners, choices.oneIn(2))] : []),
      ];
  }
}

/** Returns a random `@auth`. */
export function randomAuth(choices: Choices, onExtension: boolean): RuleSpec {
  return {
    directive: 'auth',
    onExtension,
    ...(choices.oneIn(3) ? { roles: choices.pick([['ADMIN'], ['ADMIN', 'AUDITOR'], ['USER']]) } : {}),
    ...(choices.oneIn(4) ? { maxAge: choices.pick([60, 300]) } : {}),
    ...(choices.oneIn(3) ? { emailVerified: true } : {}),
    ...(choices.oneIn(4) ? { scopes: choices.pick(RANDOM_SCOPES) } : {}),
  };
}

function randomOwner(choices: Choices, owners: readonly (readonly [string, string])[], onExtension: boolean): RuleSpec {
  const [field, type] = choices.pick(owners);
  const named = field === 'userId' && choices.oneIn(2) ? {} : { field };
  const roles =
    !type.endsWith('!') || choices.oneIn(3) ? { orRoles: choices.pick([['ADMIN'], ['AUDITOR', 'USER']]) } : {};
  return { directive: 'owner', onExtension, ...named, ...roles };
}

function randomArguments(choices: Choices, inputs: SchemaSpec['inputs']): readonly InputSpec[] {
  if (!choices.oneIn(2)) return [];
  const types = [...ARGUMENTS, ['input', 'N0'], ['inputs', '[N1]'], ['deep', 'N1!']] as const;
  return choices.subset(types).map(([name, type]) => {
    const argument = ownable({ name, type, owner: false }, choices);
    if (argument.owner || !choices.oneIn(3)) return argument;
    const defaultValue = randomValue(choices, inputs, type);
    return containsRule(inputs, type, defaultValue) ? argument : { ...argument, default: defaultValue };
  });
}

function randomInputFields(choices: Choices): readonly InputSpec[] {
  const fields: InputSpec[] = [{ name: 'n', type: 'Int', owner: false, ...(choices.oneIn(2) ? { default: 3 } : {}) }];
  for (const [name, type] of choices.subset([
    ['user', 'ID'],
    ['names', '[String]'],
    ['must', 'ID!'],
    ['plain', 'ID'],
  ] as const))
    fields.push(ownable({ name, type, owner: false }, choices));
  for (const [name, wrap] of choices.subset([
    ['nested', '*'],
    ['many', '[*!]'],
  ] as const))
    fields.push({ name, type: wrap.replace('*', choices.pick(INPUTS)), owner: false });
  // Never on `n`: an input has a field that everyone may give.
  return fields.map((field) => {
    const hasRule = field.name !== 'n' && !field.type.endsWith('!') && choices.oneIn(3);
    return hasRule ? { ...field, auth: randomAuth(choices, false) } : field;
  });
}

/** Randomly makes an id input without a default an owner input. */
function ownable(input: InputSpec, choices: Choices): InputSpec {
  const isId = ['ID', 'String'].includes(namedTypeIn(input.type));
  return isId && input.default === undefined ? { ...input, owner: choices.oneIn(2) } : input;
}

/** Callers of every kind that the conditions of random rules distinguish. */
const CALLERS: readonly (AccessViewer | null)[] = [
  null,
  ...[[], ['USER'], ['ADMIN'], ['AUDITOR'], ['USER', 'AUDITOR']].flatMap((roles) =>
    [[], ['read:a'], ['read:a', 'write:a'], ['admin']].flatMap((scopes) =>
      [0, -61, -301].flatMap((authTime) =>
        [true, false].map((emailVerified) => ({ userId: 'ada', roles, scopes, authTime, emailVerified })),
      ),
    ),
  ),
];

/** Gives the `@auth` of a field `onRefusal: NULL`, if the schema rules allow it there. */
function makeNullable(spec: SchemaSpec, type: TypeSpec, field: FieldSpec): void {
  const covered = spec.types.filter(
    (other) => other.kind === 'type' && (other === type || other.interfaces.includes(type.name)),
  );
  const queried = queriedTypes(spec);
  if (!covered.some((each) => queried.has(each)) || covered.some(({ name }) => name === 'Mutation')) return;
  if (
    covered.some(({ fields }) => fields.some(({ name, type: written }) => name === field.name && written.endsWith('!')))
  )
    return;
  field.rules = field.rules.map((rule) => {
    const isRefusedByThisAlone = (each: TypeSpec) =>
      CALLERS.some(
        (caller) =>
          reasonOf(rule, caller, 0) !== null &&
          rulesOn(spec, each, field.name).every(
            (other) => other === rule || other.onRefusal === 'NULL' || reasonOf(other, caller, 0) === null,
          ),
      );
    return rule.directive === 'auth' && covered.some(isRefusedByThisAlone) ? { ...rule, onRefusal: 'NULL' } : rule;
  });
}

/** Returns the object types that a query can contain. */
function queriedTypes(spec: SchemaSpec): ReadonlySet<TypeSpec> {
  const queried = new Set([typeNamed(spec, 'Query')]);
  for (const type of queried)
    for (const field of type.fields) for (const child of objectTypesOf(spec, field.type)) queried.add(child);
  return queried;
}
