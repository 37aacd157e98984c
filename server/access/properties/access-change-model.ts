import { objectTypesOf, typeNamed } from './collect-fields.ts';
import { ownersOfType, rulesOn } from './authorization-model.ts';
import { namedTypeIn, type RuleSpec, type SchemaSpec, type TypeSpec } from './schema-spec.ts';

/** One caller who reads one object. */
interface AccessCase {
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
  readonly age: number;
  readonly emailVerified: boolean;
  /** The fields of the object that hold the caller's id. */
  readonly owns: readonly string[];
}

/** The scopes of tokens: one list for each outcome of the conditions in random schemas. */
const TOKEN_SCOPES = [[], ['read:a'], ['write:a'], ['read:a', 'write:a'], ['admin']];

/** Every combination of caller and object; null is an anonymous caller. */
const CASES: readonly (AccessCase | null)[] = [
  null,
  ...subsets(['USER', 'ADMIN', 'AUDITOR']).flatMap((roles) =>
    subsets(['userId', 'by', 'maybe']).flatMap((owns) =>
      TOKEN_SCOPES.flatMap((scopes) =>
        [0, 60, 61, 120, 121, 300, 301].flatMap((age) =>
          [true, false].map((emailVerified) => ({ roles, scopes, owns, age, emailVerified })),
        ),
      ),
    ),
  ),
];

/** For each of `CASES`, whether it is allowed. */
type Outcomes = readonly boolean[];

/**
 * The outcomes of a schema, by coordinate and by part of the element: the value of a field or input, each object type that a
 * field returns, or one of the parts below.
 */
type OutcomesByPart = ReadonlyMap<string, ReadonlyMap<string, Outcomes>>;

/**
 * Returns by coordinate how access changes. A slow second implementation of `diffAccess`: it tries every caller on every
 * element. A type that only one version has is one element.
 */
export function expectedRelations(previous: SchemaSpec, next: SchemaSpec): ReadonlyMap<string, string> {
  const [before, after] = [outcomesByPart(previous), outcomesByPart(next)];
  const [typesBefore, typesAfter] = [typesIn(previous), typesIn(next)];
  const relations = new Map<string, { gain: boolean; loss: boolean }>();
  for (const coordinate of new Set([...before.keys(), ...after.keys()])) {
    const [partsBefore, partsAfter] = [before.get(coordinate), after.get(coordinate)];
    const type = coordinate.split('.')[0] ?? '';
    const isOfOneVersion = !typesBefore.has(type) || !typesAfter.has(type);
    const field = coordinate.split('(')[0] ?? '';
    if (field !== coordinate && !(before.has(field) && after.has(field))) continue;
    for (const part of new Set([...(partsBefore?.keys() ?? []), ...(partsAfter?.keys() ?? [])])) {
      if ((part === TEXT || part === GIVEN) && !(partsBefore?.has(part) && partsAfter?.has(part))) continue;
      const isMember = part !== 'value' && part !== TEXT && part !== GIVEN;
      if (isMember && !(partsBefore && partsAfter && typesBefore.has(part) && typesAfter.has(part))) continue;
      const outcomesBefore = partsBefore?.get(part) ?? ALL_REFUSED;
      const outcomesAfter = partsAfter?.get(part) ?? ALL_REFUSED;
      const at = isOfOneVersion ? type : coordinate;
      const { gain, loss } = relations.get(at) ?? { gain: false, loss: false };
      relations.set(at, {
        gain: gain || outcomesAfter.some((isAllowed, index) => isAllowed && !outcomesBefore[index]),
        loss: loss || outcomesBefore.some((isAllowed, index) => isAllowed && !outcomesAfter[index]),
      });
    }
  }
  return new Map(
    [...relations]
      .filter(([, { gain, loss }]) => gain || loss)
      .map(([at, { gain, loss }]) => [at, gain && loss ? 'incomparable' : gain ? 'wider' : 'narrower']),
  );
}

const ALL_REFUSED: Outcomes = CASES.map(() => false);
const ALL_ALLOWED: Outcomes = CASES.map(() => true);

function outcomesByPart(spec: SchemaSpec): OutcomesByPart {
  const found = new Map<string, Map<string, Outcomes>>();
  for (const type of reachable(spec)) {
    const owners = ownersOfType(spec, type.name);
    found.set(type.name, new Map([['value', outcomesOf(owners)]]));
    for (const field of type.fields) {
      const parts = new Map([['value', outcomesOf(rulesOn(spec, type, field.name))]]);
      for (const member of objectTypesOf(spec, field.type)) parts.set(member.name, ALL_ALLOWED);
      found.set(`${type.name}.${field.name}`, parts);
      for (const argument of field.args) {
        const declarations = [type, ...type.interfaces.map((name) => typeNamed(spec, name))]
          .flatMap(({ fields }) => fields.filter(({ name }) => name === field.name))
          .flatMap(({ args }) => args.filter(({ name }) => name === argument.name));
        const isOwner = declarations.some(({ owner }) => owner);
        addInput(`${type.name}.${field.name}(${argument.name}:)`, argument.type, isOwner);
      }
    }
  }
  for (const input of spec.inputs)
    for (const field of input.fields) {
      const coordinate = `${input.name}.${field.name}`;
      addInput(coordinate, field.type, field.owner);
      const given = outcomesOf(field.auth ? [field.auth] : []);
      found.set(coordinate, new Map([...(found.get(coordinate) ?? []), [GIVEN, given]]));
    }
  return found;

  function addInput(coordinate: string, type: string, isOwner: boolean): void {
    const part = { ID: 'value', String: TEXT }[namedTypeIn(type)];
    if (part !== undefined) found.set(coordinate, new Map([[part, isOwner ? ALL_REFUSED : ALL_ALLOWED]]));
  }
}

/** The value of an input of the type String, which need not be an id. Compared only if both versions have the input. */
const TEXT = '(text)';

/** Whether a caller may give a value for an input field. Compared only if both versions have the field. */
const GIVEN = '(given)';

function outcomesOf(rules: readonly RuleSpec[]): Outcomes {
  const ofEachRule = rules.map(outcomesOfRule);
  return CASES.map((_, index) => ofEachRule.every((outcomes) => outcomes[index]));
}

/** Cache of the outcomes of rules, by their text. */
const known = new Map<string, Outcomes>();

function outcomesOfRule(rule: RuleSpec): Outcomes {
  const key = JSON.stringify({ ...rule, onExtension: undefined });
  const outcomes = known.get(key) ?? CASES.map((accessCase) => passes(rule, accessCase));
  known.set(key, outcomes);
  return outcomes;
}

function passes(rule: RuleSpec, accessCase: AccessCase | null): boolean {
  if (rule.directive === 'public') return true;
  if (accessCase === null) return false;
  if (rule.directive === 'owner') {
    const isOwner = accessCase.owns.includes(rule.field ?? 'userId');
    return isOwner || (rule.orRoles ?? []).some((role) => accessCase.roles.includes(role));
  }
  if (rule.roles !== undefined && !rule.roles.some((role) => accessCase.roles.includes(role))) return false;
  if (rule.scopes?.every((all) => all.some((scope) => !accessCase.scopes.includes(scope)))) return false;
  if (rule.maxAge !== undefined && accessCase.age > rule.maxAge) return false;
  return rule.emailVerified !== true || accessCase.emailVerified;
}

function reachable(spec: SchemaSpec): ReadonlySet<TypeSpec> {
  const found = new Set<TypeSpec>();
  const visit = (type: TypeSpec): void => {
    if (found.has(type)) return;
    found.add(type);
    for (const field of type.fields) objectTypesOf(spec, field.type).forEach(visit);
  };
  visit(typeNamed(spec, 'Query'));
  visit(typeNamed(spec, 'Mutation'));
  return found;
}

function typesIn(spec: SchemaSpec): ReadonlySet<string> {
  return new Set([...reachable(spec), ...spec.inputs].map(({ name }) => name));
}

function subsets(of: readonly string[]): readonly (readonly string[])[] {
  return of.reduce<readonly (readonly string[])[]>(
    (found, one) => [...found, ...found.map((set) => [...set, one])],
    [[]],
  );
}
