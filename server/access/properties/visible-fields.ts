import { objectTypesOf } from './collect-fields.ts';
import { rulesOn } from './authorization-model.ts';
import { type FieldSpec, namedTypeIn, type RuleSpec, type SchemaSpec } from './schema-spec.ts';

/** Roles and scopes of a caller; null for a request without a token. */
type TestAudience = { readonly roles: readonly string[]; readonly scopes: readonly string[] } | null;

/** Audiences whose introspection differs. */
export const AUDIENCES: readonly TestAudience[] = [
  null,
  { roles: [], scopes: [] },
  { roles: ['USER'], scopes: ['read:a'] },
  { roles: ['ADMIN'], scopes: ['read:a', 'write:a'] },
  { roles: ['AUDITOR'], scopes: ['admin', 'read:a write:a'] },
  { roles: ['USER', 'ADMIN', 'AUDITOR', 'made up'], scopes: ['read:a', 'write:a', 'admin', 'made up'] },
];

/**
 * Returns what introspection shows to an audience, as `Type.field` and `Union = Member`: fields that its roles may use
 * on every object type, whose result type has visible fields, and which are reachable from a root type.
 * @param audience null for a request without a token
 */
export function visibleFields(spec: SchemaSpec, audience: TestAudience): ReadonlySet<string> {
  const canPass = (rule: RuleSpec) => passes(rule, audience);
  const usable = new Map<string, readonly FieldSpec[]>();
  for (const type of spec.types) {
    const objects = objectTypesOf(spec, type.name);
    usable.set(
      type.name,
      type.fields.filter(({ name }) => objects.every((object) => rulesOn(spec, object, name).every(canPass))),
    );
  }

  // Remove fields until every remaining field has a type with visible fields.
  const isLeaf = (name: string) => !usable.has(name) && !spec.unions.some((union) => union.name === name);
  const hasFields = (name: string) => (usable.get(name) ?? []).length > 0;
  const membersOf = (name: string) => spec.unions.find((union) => union.name === name)?.members ?? [];
  for (let previousCount = -1; previousCount !== countFields(usable); ) {
    previousCount = countFields(usable);
    for (const [name, fields] of usable)
      usable.set(
        name,
        fields.filter(({ type }) => {
          const result = namedTypeIn(type);
          return isLeaf(result) || hasFields(result) || membersOf(result).some(hasFields);
        }),
      );
  }

  const reachable = new Set<string>();
  const visit = (name: string): void => {
    if (reachable.has(name) || isLeaf(name)) return;
    reachable.add(name);
    for (const { type } of usable.get(name) ?? []) visit(namedTypeIn(type));
    for (const member of membersOf(name)) if (hasFields(member)) visit(member);
    const type = spec.types.find((candidate) => candidate.name === name);
    if (type && hasFields(name)) for (const parent of type.interfaces) if (hasFields(parent)) visit(parent);
    if (type?.kind === 'interface')
      for (const object of objectTypesOf(spec, name)) if (hasFields(object.name)) visit(object.name);
  };
  for (const root of ['Query', 'Mutation']) if (hasFields(root)) visit(root);
  return new Set([
    ...[...reachable].flatMap((name) => (usable.get(name) ?? []).map((field) => `${name}.${field.name}`)),
    ...[...reachable].flatMap((name) =>
      membersOf(name)
        .filter(hasFields)
        .map((member) => `${name} = ${member}`),
    ),
  ]);
}

/** Returns the input fields that introspection shows to an audience, if it shows their types. */
export function visibleInputFields(spec: SchemaSpec, audience: TestAudience): ReadonlySet<string> {
  return new Set(
    spec.inputs.flatMap(({ name, fields }) =>
      fields.filter(({ auth }) => auth === undefined || passes(auth, audience)).map((field) => `${name}.${field.name}`),
    ),
  );
}

function passes(rule: RuleSpec, audience: TestAudience): boolean {
  if (rule.directive === 'public' || audience === null) return rule.directive === 'public';
  const hasRole = rule.roles?.some((role) => audience.roles.includes(role)) ?? true;
  return hasRole && (rule.scopes?.some((all) => all.every((scope) => audience.scopes.includes(scope))) ?? true);
}

function countFields(usable: ReadonlyMap<string, readonly FieldSpec[]>): number {
  return [...usable.values()].flat().length;
}
