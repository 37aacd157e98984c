import {
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredArgument,
  isRequiredInputField,
  getNamedType,
} from 'graphql';
import type { Policy } from '../policy.ts';
import type { AuthRule } from '../rule.ts';
import { requirementOf, type Requirement } from './requirement.ts';

/** The ids in shown requests, to be replaced by real ones: the caller's, another user's, and that of any object. */
export const SHOWN_IDS = {
  caller: '00000000-0000-4000-8000-000000000001',
  other: '00000000-0000-4000-8000-000000000002',
  object: '00000000-0000-4000-8000-000000000003',
} as const;

/** The arguments of one field in a shown request, each with its value as JSON. */
export type ArgumentValues = ReadonlyMap<GraphQLArgument, unknown>;

/** Returns values for the required arguments of a field; owner inputs get the caller's id. */
export function requiredArguments(policy: Policy, coordinate: string, args: readonly GraphQLArgument[]) {
  const required = args.filter(isRequiredArgument);
  return new Map(
    required.map((argument) => [
      argument,
      valueOf(policy, `${coordinate}(${argument.name}:)`, argument.type, requiredOnly),
    ]),
  );
}

/**
 * Returns values for the required arguments of a field and for one input.
 * @param target the argument, or the input field at any depth of an argument
 * @param isForeign whether the input gets another user's id
 * @returns null if no argument of the field contains the input
 */
export function argumentsWith(
  policy: Policy,
  coordinate: string,
  args: readonly GraphQLArgument[],
  target: string,
  isForeign: boolean,
): ArgumentValues | null {
  for (const argument of args) {
    const at = `${coordinate}(${argument.name}:)`;
    const trail = at === target ? [target] : trailTo(argument.type, target, []);
    if (trail === null) continue;
    const values = new Map<GraphQLArgument, unknown>(requiredArguments(policy, coordinate, args));
    return values.set(argument, valueOf(policy, at, argument.type, isForeign ? trail : [...trail, OWN_VALUE]));
  }
  return null;
}

/** Returns what values require of the caller: the rules of input fields, and an anonymous caller has no id of its own. */
export function valuesRequirement(policy: Policy, values: ArgumentValues): Requirement {
  const ids: Requirement = JSON.stringify([...values.values()]).includes(SHOWN_IDS.caller)
    ? [[{ kind: 'signed in' }]]
    : [];
  return [...ids, ...requirementOf([...values].flatMap(([{ type }, value]) => inputRules(policy, type, value)))];
}

/** Returns the rules of the input fields that a value gives. */
function inputRules(policy: Policy, type: GraphQLInputType, value: unknown): readonly AuthRule[] {
  const named = getNamedType(type);
  if (!isInputObjectType(named)) return [];
  const objects = (Array.isArray(value) ? (value as unknown[]).flat(Infinity) : [value]) as Record<string, unknown>[];
  return Object.values(named.getFields()).flatMap((field) =>
    objects
      .filter((object) => Object.hasOwn(object, field.name))
      .flatMap((object) => [
        ...[policy.authRuleOn(`${named.name}.${field.name}`)].filter((rule) => rule !== null),
        ...inputRules(policy, field.type, object[field.name]),
      ]),
  );
}

/** The coordinates of the input fields that lead to the target, the target last; then `OWN_VALUE` unless it gets another id. */
type Trail = readonly string[];
const requiredOnly: Trail = [];
const OWN_VALUE = '(own value)';

function trailTo(type: GraphQLInputType, target: string, seen: readonly string[]): Trail | null {
  const named = getNamedType(type);
  if (!isInputObjectType(named) || seen.includes(named.name)) return null;
  for (const field of Object.values(named.getFields())) {
    const coordinate = `${named.name}.${field.name}`;
    if (coordinate === target) return [target];
    const rest = trailTo(field.type, target, [...seen, named.name]);
    if (rest !== null) return [coordinate, ...rest];
  }
  return null;
}

function valueOf(policy: Policy, coordinate: string, type: GraphQLInputType, trail: Trail): unknown {
  if (isNonNullType(type)) return valueOf(policy, coordinate, type.ofType, trail);
  if (isListType(type)) return trail.length === 0 ? [] : [valueOf(policy, coordinate, type.ofType, trail)];
  if (isEnumType(type)) return type.getValues()[0]?.name;
  if (isInputObjectType(type)) {
    const next = trail[0] === coordinate ? trail.slice(1) : trail;
    const isPresent = (field: GraphQLInputField) =>
      isRequiredInputField(field) || `${type.name}.${field.name}` === next[0];
    return Object.fromEntries(
      Object.values(type.getFields())
        .filter(isPresent)
        .map((field) => {
          const at = `${type.name}.${field.name}`;
          return [field.name, valueOf(policy, at, field.type, at === next[0] ? next : requiredOnly)];
        }),
    );
  }
  if (type.name === 'Int' || type.name === 'Float') return 1;
  if (type.name === 'Boolean') return true;
  if (trail.length === 1 && trail[0] === coordinate) return SHOWN_IDS.other;
  return policy.ownerRuleOn(coordinate) === null ? SHOWN_IDS.object : SHOWN_IDS.caller;
}
