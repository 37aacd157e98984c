import {
  getNamedType,
  getNullableType,
  GraphQLID,
  type GraphQLObjectType,
  type GraphQLSchema,
  GraphQLString,
  isNonNullType,
  isObjectType,
} from 'graphql';
import type { Problem } from '../index.ts';
import { fieldRules, typeRules } from '../policy.ts';
import { possibleTypes } from '../possible-types.ts';
import { rootTypes } from '../root-types.ts';
import { readElements } from '../schema-elements.ts';
import { everyFieldHasRule } from '../schema-rules/every-field-has-rule.ts';

/** A rule to write, or a question to answer first. */
export interface Proposal {
  /** The type or field that lacks a rule. */
  readonly coordinate: string;
  /** The directive to write there; null if only the author of the schema can know it. */
  readonly directive: string | null;
  readonly reason: string;
}

/** Fields that usually hold the id of the owner, the surest first. */
const OWNER_FIELDS = ['userId', 'ownerId', 'authorId'];

/** Names of root fields that clients often need before they sign in. */
const BEFORE_SIGN_IN =
  /^(log|sign)_?(in|up|out)|^(register|authenticate|ping|health|status|version)|(forgot|reset|recover)_?password|(refresh|verify|confirm).*(token|email)/i;

/** Names of types whose own id is usually the owner's id. */
const ACCOUNT = /^(user|account|profile|viewer|member|customer|person|me)$/i;

/**
 * Proposes a rule for each unjudged field, from names and types. What they do not tell is asked, not guessed: a wrong
 * `@public` publishes data, and a wrong `@owner` hides it.
 * @param problems those of the schema; only fields without a rule are used
 */
export function proposeRules(schema: GraphQLSchema, problems: readonly Problem[]): readonly Proposal[] {
  const unjudged = new Map<string, string[]>();
  for (const { rule, coordinate } of problems) {
    if (rule !== everyFieldHasRule.name) continue;
    const [type = '', field = ''] = coordinate.split('.');
    unjudged.set(type, [...(unjudged.get(type) ?? []), field]);
  }
  const reached = beforeSignIn(schema, unjudged);
  return [...unjudged].flatMap(([name, fields]) => {
    const type = schema.getType(name);
    if (!isObjectType(type)) return [];
    return rootTypes(schema).includes(type)
      ? fields.map((field) => forRootField(name, field))
      : forType(type, fields, reached);
  });
}

function forRootField(type: string, field: string): Proposal {
  const coordinate = `${type}.${field}`;
  if (!BEFORE_SIGN_IN.test(field))
    return { coordinate, directive: '@auth', reason: 'only signed-in callers, until you say more' };
  const reason = 'by its name, clients may need it before they sign in: write @public(reason: "…") or @auth';
  return { coordinate, directive: null, reason };
}

function forType(
  type: GraphQLObjectType,
  fields: readonly string[],
  reached: ReadonlyMap<string, string>,
): readonly Proposal[] {
  const open = reached.get(type.name);
  const isWhole = fields.length === Object.keys(type.getFields()).length;
  const [owner, second] = OWNER_FIELDS.filter((name) => type.getFields()[name] !== undefined);
  const ask = (reason: string): readonly Proposal[] =>
    (isWhole ? [type.name] : fields.map((field) => `${type.name}.${field}`)).map((coordinate) => ({
      coordinate,
      directive: null,
      reason,
    }));
  if (open !== undefined)
    return ask(`${open} returns it, perhaps before sign-in: write @public(reason: "…"), @auth or @owner`);
  if (owner !== undefined) {
    if (second !== undefined)
      return ask(`both ${owner} and ${second} may be the owner: write @owner(field: "…") or @auth`);
    const directive = `@owner(field: "${owner}")`;
    if (!isWhole)
      return ask(`some of its fields have rules already: write ${directive} on the type, or rules on these fields`);
    const held = type.getFields()[owner]?.type;
    const isId = getNullableType(held) === GraphQLID || getNullableType(held) === GraphQLString;
    if (!isId || !isNonNullType(held))
      return ask(`${owner} is ${String(held)}: change it to ID! and write ${directive}, or write @auth`);
    return [{ coordinate: type.name, directive, reason: `only the user whose id is in ${owner}` }];
  }
  if (ACCOUNT.test(type.name) && type.getFields()['id'] !== undefined)
    return ask(
      'by its name, an object is an account: write @owner(field: "id") for its own user, or @auth for every user',
    );
  const reason = 'no field of it names an owner: every signed-in caller, if a field that they may run returns it';
  if (isWhole) return [{ coordinate: type.name, directive: '@auth', reason }];
  return fields.map((field) => ({ coordinate: `${type.name}.${field}`, directive: '@auth', reason }));
}

/**
 * Returns the object types that callers may reach before they sign in, each with the root field that leads there: from
 * root fields that are public, or about which `forRootField` asks.
 */
function beforeSignIn(
  schema: GraphQLSchema,
  unjudged: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, string> {
  const elements = readElements(schema);
  const isPublic = (type: GraphQLObjectType, field: string) =>
    [...typeRules(elements, type), ...fieldRules(elements, type, field)].some(({ kind }) => kind === 'public');
  const reached = new Map<string, string>();
  const visit = (type: GraphQLObjectType, from: string): void => {
    if (reached.has(type.name)) return;
    reached.set(type.name, from);
    for (const field of Object.values(type.getFields()))
      if (unjudged.get(type.name)?.includes(field.name) || isPublic(type, field.name))
        for (const next of possibleTypes(schema, getNamedType(field.type))) visit(next, from);
  };
  for (const root of [schema.getQueryType(), schema.getMutationType()])
    for (const field of Object.values(root?.getFields() ?? {})) {
      if (!root) continue;
      const isAsked = unjudged.get(root.name)?.includes(field.name) && BEFORE_SIGN_IN.test(field.name);
      if (!isAsked && !isPublic(root, field.name)) continue;
      for (const type of possibleTypes(schema, getNamedType(field.type))) visit(type, `${root.name}.${field.name}`);
    }
  return reached;
}
