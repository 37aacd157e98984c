import { type GraphQLObjectType, getNamedType, getOperationAST, isCompositeType, parse, validate } from 'graphql';
import type { AccessViewer } from '../access-viewer.ts';
import { authorize } from '../authorize.ts';
import { createPlanner } from '../operation-planner.ts';
import type { Policy } from '../policy.ts';
import type { Reason } from '../refusal.ts';
import type { OwnerRule } from '../rule.ts';
import type { AccessPoint } from './access-points.ts';
import { type Caller, leastCallers } from './gaining-callers.ts';
import { ON_PATH, type OperationPath, ownedOnPath, pathsFor, type PathStep } from './operation-paths.ts';
import {
  type ArgumentValues,
  argumentsWith,
  requiredArguments,
  SHOWN_IDS,
  valuesRequirement,
} from './required-values.ts';
import type { Clause, Requirement } from './requirement.ts';

/**
 * The answer to a request: allowed; refused with a code; not valid for the schema; null, because a field on the way or the
 * target is (`onRefusal: NULL`); or, on an object of another user, discarded by the guard or withheld as a field.
 */
export type Answer = 'allowed' | Reason | 'not valid' | 'null' | 'no rows' | 'withheld';

/** A request that one version of the schema refuses and the next one allows. */
export interface ShownRequest {
  /** The element that the request shows: `Type.field`, `Type`, `Type.field(argument:)` or `Input.field`. */
  readonly target: string;
  readonly operation: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Null for a request without a token. */
  readonly caller: Pick<Caller, 'roles' | 'scopes' | 'age' | 'emailVerified'> | null;
  /**
   * The owner fields of the target object that hold the caller's id; the others hold another user's. Null if all objects
   * are the caller's.
   */
  readonly owns: readonly string[] | null;
  readonly before: Answer;
}

/** The time of shown requests, in seconds. It exceeds the greatest `maxAge`, an Int. */
export const SHOWN_NOW = 4_000_000_000;

interface Target {
  readonly path: OperationPath;
  /** The steps of the path and the target's own field, with their arguments. */
  readonly text: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly requirement: Requirement;
}

/**
 * Returns a request for an access point that `next` allows and `previous` refuses; null if no operation reaches the
 * point for the callers that gain.
 * @param lacking the clause of the previous requirement that the caller fails
 */
export function showRequest(previous: Policy, next: Policy, point: AccessPoint, lacking: Clause): ShownRequest | null {
  const target = targetOf(next, point, pathsFor(next, lacking, previous.schema));
  if (target === null) return null;
  const [caller] = leastCallers(target.requirement, lacking).toSorted(
    (one, two) => one.roles.length - two.roles.length,
  );
  if (caller === undefined) return null;
  const { signedIn, roles, scopes, age, emailVerified } = caller;
  const isOfTarget = point.kind === 'field' || point.kind === 'object';
  const owns = isOfTarget ? caller.owns.filter((field) => field !== ON_PATH) : null;
  const request = {
    target: point.coordinate,
    operation: `${target.path.operation}${target.text}`,
    variables: target.variables,
    caller: signedIn ? { roles, scopes, age, emailVerified } : null,
    owns,
  };
  const before = answerOf(previous, request);
  return { ...request, before: before === 'allowed' ? rowAnswer(previous, point, caller) : before };
}

/** Returns the answer of wall 1 to a request. */
function answerOf(policy: Policy, request: Pick<ShownRequest, 'operation' | 'variables' | 'caller'>): Answer {
  const document = parse(request.operation);
  const operation = getOperationAST(document);
  if (operation == null || validate(policy.schema, document).length > 0) return 'not valid';
  const { variables } = request;
  const plan = createPlanner(policy)(document, operation, variables);
  const decision = authorize(policy, plan, operation, variables, viewerOf(request), SHOWN_NOW);
  if (decision.kind === 'allowed') return decision.nulled?.refusals.length ? 'null' : 'allowed';
  return decision.kind === 'invalid' ? 'not valid' : (decision.refusals[0]?.reason ?? 'FORBIDDEN');
}

/** Returns what the guard does with the target object of a request that wall 1 allows. */
function rowAnswer({ owners, fieldOwners }: Policy, { coordinate }: AccessPoint, { roles, owns }: Caller): Answer {
  const isForeign = (rules: readonly OwnerRule[] | undefined) =>
    rules?.some(({ field, orRoles }) => !owns.includes(field ?? '') && !orRoles.some((role) => roles.includes(role)));
  if (isForeign(owners.get(coordinate.split('.')[0] ?? ''))) return 'no rows';
  return isForeign(fieldOwners.get(coordinate)) ? 'withheld' : 'allowed';
}

/** Returns the viewer who sends a shown request at `SHOWN_NOW`; null without a token. */
export function viewerOf({ caller }: Pick<ShownRequest, 'caller'>): AccessViewer | null {
  if (caller === null) return null;
  const { roles, scopes, age, emailVerified } = caller;
  return { userId: SHOWN_IDS.caller, roles, scopes, authTime: SHOWN_NOW - age, emailVerified };
}

function targetOf(policy: Policy, point: AccessPoint, paths: ReadonlyMap<string, OperationPath>): Target | null {
  const [typeName = '', fieldName] = point.coordinate.split(/[.(]/);
  if (point.kind === 'input' || point.kind === 'value') return inputTarget(policy, point, paths);
  const path = paths.get(typeName);
  const type = policy.schema.getType(typeName) as GraphQLObjectType;
  if (path === undefined) return null;
  if (fieldName === undefined)
    return { ...write(policy, path, '__typename'), requirement: [...path.requirement, ...point.requirement] };
  const field = type.getFields()[fieldName];
  if (field === undefined) return null;
  const selection =
    point.member !== null
      ? ` { ... on ${point.member} { __typename } }`
      : isCompositeType(getNamedType(field.type))
        ? ' { __typename }'
        : '';
  const args = requiredArguments(policy, point.coordinate, field.args);
  const last = { type, field, args };
  const own =
    point.member === null
      ? point.requirement
      : ownedOnPath([...policy.requirement(typeName, fieldName), ...(policy.owners.get(point.member) ?? [])]);
  return {
    ...write(policy, path, selection, last),
    requirement: [...path.requirement, ...valuesRequirement(policy, args), ...own],
  };
}

/** Returns the first field, by the length of its path, with an argument that contains the input. */
function inputTarget(policy: Policy, point: AccessPoint, paths: ReadonlyMap<string, OperationPath>): Target | null {
  for (const [name, path] of paths) {
    const type = policy.schema.getType(name) as GraphQLObjectType;
    for (const field of Object.values(type.getFields())) {
      const coordinate = `${name}.${field.name}`;
      const args = argumentsWith(policy, coordinate, field.args, point.coordinate, point.kind === 'input');
      if (args === null) continue;
      const selection = isCompositeType(getNamedType(field.type)) ? ' { __typename }' : '';
      const own = ownedOnPath(policy.requirement(name, field.name));
      const requirement = [...path.requirement, ...valuesRequirement(policy, args), ...own];
      return { ...write(policy, path, selection, { type, field, args }), requirement };
    }
  }
  return null;
}

interface LastField extends Pick<PathStep, 'type' | 'field'> {
  readonly args: ArgumentValues;
}

/** Writes the operation along a path; the values of all arguments are variables. */
function write(policy: Policy, path: OperationPath, selection: string, last?: LastField) {
  const definitions: string[] = [];
  const variables: Record<string, unknown> = {};
  const writeField = (name: string, args: ArgumentValues) => {
    const list = [...args].map(([argument, value]) => {
      let variable = argument.name;
      for (let count = 2; Object.hasOwn(variables, variable); count++) variable = `${argument.name}${count}`;
      variables[variable] = value;
      definitions.push(`$${variable}: ${String(argument.type)}`);
      return `${argument.name}: $${variable}`;
    });
    return `${name}${list.length > 0 ? `(${list.join(', ')})` : ''}`;
  };
  const opening = path.steps.map(({ type, field, to, isNarrowed }) => {
    const args = requiredArguments(policy, `${type.name}.${field.name}`, field.args);
    const fragment = isNarrowed ? ` { ... on ${to.name}` : '';
    return { text: `${writeField(field.name, args)}${fragment} { `, closing: fragment === '' ? ' }' : ' } }' };
  });
  const inner = last === undefined ? selection : `${writeField(last.field.name, last.args)}${selection}`;
  const body = opening.reduceRight((text, { text: start, closing }) => `${start}${text}${closing}`, inner);
  const head = definitions.length > 0 ? ` (${definitions.join(', ')})` : '';
  return { path, text: `${head} { ${body} }`, variables };
}
