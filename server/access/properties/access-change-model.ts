import { objectTypesOf, typeNamed } from './collect-fields.ts';
import { ownersOfType, rulesOn } from './authorization-model.ts';
import { namedTypeIn, type RuleSpec, type SchemaSpec, type TypeSpec } from './schema-spec.ts';

/** A caller with one object. */
interface Situation {
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
  readonly age: number;
  readonly emailVerified: boolean;
  /** The fields of the object that hold the caller's id. */
  readonly owns: readonly string[];
}

/** The scopes of tokens that the conditions of random schemas tell apart. */
const SCOPES_TOLD_APART = [[], ['read:a'], ['write:a'], ['read:a', 'write:a'], ['admin']];

/** Every kind of caller and object; null for an anonymous caller. */
const SITUATIONS: readonly (Situation | null)[] = [
  null,
  ...subsets(['USER', 'ADMIN', 'AUDITOR']).flatMap((roles) =>
    subsets(['userId', 'by', 'maybe']).flatMap((owns) =>
      SCOPES_TOLD_APART.flatMap((scopes) =>
        [0, 60, 61, 120, 121, 300, 301].flatMap((age) =>
          [true, false].map((emailVerified) => ({ roles, scopes, owns, age, emailVerified })),
        ),
      ),
    ),
  ),
];

/** Whether each situation is admitted. */
type Admission = readonly boolean[];

/** What a version of a schema admits, by coordinate and part. */
type Admitted = ReadonlyMap<string, ReadonlyMap<string, Admission>>;

/**
 * Returns by coordinate how access changes, found by trying every caller on every element: the naive form of
 * `diffAccess`. A type whose fields are all new or all gone is one element.
 */
export function expectedRelations(previous: SchemaSpec, next: SchemaSpec): ReadonlyMap<string, string> {
  const [before, after] = [admitted(previous), admitted(next)];
  const [typesBefore, typesAfter] = [typesIn(previous), typesIn(next)];
  const relations = new Map<string, { gain: boolean; loss: boolean }>();
  for (const coordinate of new Set([...before.keys(), ...after.keys()])) {
    const [here, there] = [before.get(coordinate), after.get(coordinate)];
    const type = coordinate.split('.')[0] ?? '';
    const isWholeType = !typesBefore.has(type) || !typesAfter.has(type);
    const field = coordinate.split('(')[0] ?? '';
    if (field !== coordinate && !(before.has(field) && after.has(field))) continue;
    for (const part of new Set([...(here?.keys() ?? []), ...(there?.keys() ?? [])])) {
      if ((part === TEXT || part === GIVEN) && !(here?.has(part) && there?.has(part))) continue;
      const isMember = part !== 'value' && part !== TEXT && part !== GIVEN;
      if (isMember && !(here && there && typesBefore.has(part) && typesAfter.has(part))) continue;
      const [old, now] = [here?.get(part) ?? NOBODY, there?.get(part) ?? NOBODY];
      const at = isWholeType ? type : coordinate;
      const { gain, loss } = relations.get(at) ?? { gain: false, loss: false };
      relations.set(at, {
        gain: gain || now.some((isAdmitted, index) => isAdmitted && !old[index]),
        loss: loss || old.some((isAdmitted, index) => isAdmitted && !now[index]),
      });
    }
  }
  return new Map(
    [...relations]
      .filter(([, { gain, loss }]) => gain || loss)
      .map(([at, { gain, loss }]) => [at, gain && loss ? 'incomparable' : gain ? 'wider' : 'narrower']),
  );
}

const NOBODY: Admission = SITUATIONS.map(() => false);
const ANYONE: Admission = SITUATIONS.map(() => true);

function admitted(spec: SchemaSpec): Admitted {
  const found = new Map<string, Map<string, Admission>>();
  for (const type of reachable(spec)) {
    const owners = ownersOfType(spec, type.name);
    found.set(type.name, new Map([['value', admissionBy(owners)]]));
    for (const field of type.fields) {
      const parts = new Map([['value', admissionBy(rulesOn(spec, type, field.name))]]);
      for (const member of objectTypesOf(spec, field.type)) parts.set(member.name, ANYONE);
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
      const given = admissionBy(field.auth ? [field.auth] : []);
      found.set(coordinate, new Map([...(found.get(coordinate) ?? []), [GIVEN, given]]));
    }
  return found;

  function addInput(coordinate: string, type: string, isOwner: boolean): void {
    const part = { ID: 'value', String: TEXT }[namedTypeIn(type)];
    if (part !== undefined) found.set(coordinate, new Map([[part, isOwner ? NOBODY : ANYONE]]));
  }
}

/** The part of an input for text, which need not be an id: compared only where both versions have it. */
const TEXT = '(text)';

/** Giving a value for an input field, compared only where both versions have the field. */
const GIVEN = '(given)';

function admissionBy(rules: readonly RuleSpec[]): Admission {
  const admissions = rules.map(admissionByRule);
  return SITUATIONS.map((_, index) => admissions.every((admission) => admission[index]));
}

/** The admissions of rules that were met before, by their text. */
const known = new Map<string, Admission>();

function admissionByRule(rule: RuleSpec): Admission {
  const key = JSON.stringify({ ...rule, onExtension: undefined });
  const admission = known.get(key) ?? SITUATIONS.map((situation) => passes(rule, situation));
  known.set(key, admission);
  return admission;
}

function passes(rule: RuleSpec, situation: Situation | null): boolean {
  if (rule.directive === 'public') return true;
  if (situation === null) return false;
  if (rule.directive === 'owner') {
    const isOwner = situation.owns.includes(rule.field ?? 'userId');
    return isOwner || (rule.orRoles ?? []).some((role) => situation.roles.includes(role));
  }
  if (rule.roles !== undefined && !rule.roles.some((role) => situation.roles.includes(role))) return false;
  if (rule.scopes?.every((all) => all.some((scope) => !situation.scopes.includes(scope)))) return false;
  if (rule.maxAge !== undefined && situation.age > rule.maxAge) return false;
  return rule.emailVerified !== true || situation.emailVerified;
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
