import {
  getNamedType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  isObjectType,
} from 'graphql';
import type { Policy } from '../policy.ts';
import { possibleTypes } from '../possible-types.ts';
import type { RestrictiveRule } from '../rule.ts';
import { requiredArguments, valuesRequirement } from './required-values.ts';
import { type Clause, isSatisfiableWithout, requirementOf, type Requirement } from './requirement.ts';

/** One field on the way from a root type, with the object type that it returns there. */
export interface PathStep {
  readonly type: GraphQLObjectType;
  readonly field: GraphQLField<unknown, unknown>;
  readonly to: GraphQLObjectType;
  /** Whether the selection needs a fragment on `to`: the field can return other types, in this version or the other. */
  readonly isNarrowed: boolean;
}

/** The shortest way to an object type. */
export interface OperationPath {
  readonly operation: 'query' | 'mutation';
  readonly steps: readonly PathStep[];
  /** What the caller must satisfy on the way. */
  readonly requirement: Requirement;
}

/** The owner field of an object on the way to the target: such objects may be the caller's own. */
export const ON_PATH = '(an object on the path)';

/**
 * Returns the shortest path to each object type for callers who satisfy no alternative of a clause. Queries come before
 * mutations, and the fields of `preferred` before others.
 */
export function pathsFor(
  policy: Policy,
  lacking: Clause,
  preferred: GraphQLSchema,
): ReadonlyMap<string, OperationPath> {
  const paths = new Map<string, OperationPath>();
  const isNarrowed = (type: string, { name, type: returned }: GraphQLField<unknown, unknown>) => {
    const result = getNamedType(returned);
    const other = fieldOf(preferred, type, name);
    return isAbstractType(result) || (other !== undefined && getNamedType(other.type).name !== result.name);
  };
  for (const onlyPreferred of [true, false]) {
    for (const operation of ['query', 'mutation'] as const) {
      const root = operation === 'query' ? policy.schema.getQueryType() : policy.schema.getMutationType();
      if (root && !paths.has(root.name)) paths.set(root.name, { operation, steps: [], requirement: [] });
    }
    // Breadth first: iteration over a Map includes entries added during it.
    for (const [name, path] of paths) {
      const type = policy.schema.getType(name) as GraphQLObjectType;
      for (const field of Object.values(type.getFields())) {
        if (onlyPreferred && fieldOf(preferred, type.name, field.name) === undefined) continue;
        for (const to of possibleTypes(policy.schema, getNamedType(field.type))) {
          if (paths.has(to.name)) continue;
          const requirement = [...path.requirement, ...stepRequirement(policy, type, field, to)];
          if (requirement.every((clause) => isSatisfiableWithout(clause, lacking)))
            paths.set(to.name, {
              operation: path.operation,
              steps: [...path.steps, { type, field, to, isNarrowed: isNarrowed(type.name, field) }],
              requirement,
            });
        }
      }
    }
  }
  return paths;
}

/** Returns what a field and the object that it returns require, if the caller may own every object. */
function stepRequirement(
  policy: Policy,
  type: GraphQLObjectType,
  { name, args }: GraphQLField<unknown, unknown>,
  to: GraphQLObjectType,
): Requirement {
  const rules = [...policy.requirement(type.name, name), ...(policy.owners.get(to.name) ?? [])];
  return [...ownedOnPath(rules), ...valuesRequirement(policy, requiredArguments(policy, `${type.name}.${name}`, args))];
}

/** Returns the requirement of rules of which the caller may own the object, whatever the target's owner. */
export function ownedOnPath(rules: readonly RestrictiveRule[]): Requirement {
  return requirementOf(rules.map((rule) => (rule.kind === 'owner' ? { ...rule, field: ON_PATH } : rule)));
}

function fieldOf(schema: GraphQLSchema, typeName: string, field: string) {
  const type = schema.getType(typeName);
  return isObjectType(type) && Object.hasOwn(type.getFields(), field) ? type.getFields()[field] : undefined;
}
