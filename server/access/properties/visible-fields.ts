import { objectTypesOf } from './collect-fields.ts';
import { rulesOn } from './authorization-model.ts';
import { type FieldSpec, namedTypeIn, type RuleSpec, type SchemaSpec } from './schema-spec.ts';

/**
 * What introspection shows to an audience, as `Type.field` and `Union = Member`: what its roles may use, on whatever
 * object type, whose own type has something to show, and which can be met from a root.
 * @param roles null without a token
 */
export function visibleFields(spec: SchemaSpec, roles: readonly string[] | null): ReadonlySet<string> {
  const canPass = (rule: RuleSpec) =>
    rule.directive === 'public' || (roles !== null && (rule.roles?.some((role) => roles.includes(role)) ?? true));
  const usable = new Map<string, readonly FieldSpec[]>();
  for (const type of spec.types) {
    const behind = objectTypesOf(spec, type.name);
    usable.set(
      type.name,
      type.fields.filter(({ name }) => behind.every((object) => rulesOn(spec, object, name).every(canPass))),
    );
  }

  // A field is of use whose type has something to show: taken away until nothing leads to what is gone.
  const isLeaf = (name: string) => !usable.has(name) && !spec.unions.some((union) => union.name === name);
  const hasFields = (name: string) => (usable.get(name) ?? []).length > 0;
  const membersOf = (name: string) => spec.unions.find((union) => union.name === name)?.members ?? [];
  for (let before = -1; before !== countFields(usable); ) {
    before = countFields(usable);
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

function countFields(usable: ReadonlyMap<string, readonly FieldSpec[]>): number {
  return [...usable.values()].flat().length;
}
