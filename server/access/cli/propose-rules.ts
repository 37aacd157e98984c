import {
  getNamedType,
  getNullableType,
  type GraphQLField,
  GraphQLID,
  type GraphQLOutputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  GraphQLString,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import type { Problem } from '../index.ts';
import { fieldRules, typeRules } from '../policy.ts';
import { possibleTypes } from '../possible-types.ts';
import { rootTypes } from '../root-types.ts';
import { readElements, type SchemaElement } from '../schema-elements.ts';
import { everyFieldHasRule } from '../schema-rules/every-field-has-rule.ts';
import { UNDECIDED } from './migrate/migration.ts';

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

/** Names of root fields that are usually for some roles. */
const FOR_ROLES = /admin|audit|impersonat|moderat|^(reset|purge|debug|internal)/i;

/** Names of arguments and input fields that usually hold the id of a user. */
const USER_ID = /^(user|owner|author|viewer|account|customer|member|employee|patient)_?ids?$/i;

/** Names of types whose objects are usually accounts: `User`, `AppUser`, `TeamMember`. */
const ACCOUNT = /^(me|person|viewer)$|(user|account|profile|member|customer|employee|patient)$/i;

/**
 * Proposes a rule for each field without one, from names and types. What they do not tell is asked, not guessed: a wrong
 * `@public` publishes data, and a wrong `@owner` hides it.
 * @param problems those of the schema; only fields without a rule are used
 */
export function proposeRules(schema: GraphQLSchema, problems: readonly Problem[]): readonly Proposal[] {
  const withoutRule = new Map<string, string[]>();
  for (const { rule, coordinate } of problems) {
    if (rule !== everyFieldHasRule.name) continue;
    const [type = '', field = ''] = coordinate.split('.');
    withoutRule.set(type, [...(withoutRule.get(type) ?? []), field]);
  }
  const elements = readElements(schema);
  const reached = beforeSignIn(schema, elements, withoutRule);
  return [...withoutRule].flatMap(([name, fields]) => {
    const type = schema.getType(name);
    if (!isObjectType(type)) return [];
    const [marked, bare] = partition(fields, (field) => isUndecided(elements, type, field));
    const isWholeMarked = marked.length === Object.keys(type.getFields()).length;
    return [
      ...(isWholeMarked ? [name] : marked.map((field) => `${name}.${field}`)).map((coordinate) =>
        ask(coordinate, 'its rule was not carried over: write a rule in place of @undecided'),
      ),
      ...(rootTypes(schema).includes(type)
        ? bare.map((field) => forRootField(elements, type, field))
        : bare.length > 0
          ? forType(type, bare, reached)
          : []),
    ];
  });
}

const ask = (coordinate: string, reason: string): Proposal => ({ coordinate, directive: null, reason });

function partition<T>(items: readonly T[], isFirst: (item: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}

/** Whether `fieldgate migrate` marked the field, its type, or either in an interface. */
function isUndecided(elements: ReadonlyMap<string, SchemaElement>, type: GraphQLObjectType, field: string): boolean {
  return [type, ...type.getInterfaces()]
    .flatMap(({ name }) => [name, `${name}.${field}`])
    .some((at) => elements.get(at)?.directives.some(({ name }) => name.value === UNDECIDED));
}

function forRootField(elements: ReadonlyMap<string, SchemaElement>, type: GraphQLObjectType, field: string): Proposal {
  const coordinate = `${type.name}.${field}`;
  if (BEFORE_SIGN_IN.test(field))
    return ask(coordinate, 'by its name, clients may need it before they sign in: write @public(reason: "…") or @auth');
  if (FOR_ROLES.test(field))
    return ask(coordinate, 'by its name, it may be for some roles: write @auth(roles: […]), or @auth for every user');
  const definition = type.getFields()[field];
  if (returnsAccounts(definition?.type)) return ask(coordinate, ACCOUNTS_REASON);
  const userId = definition && findUserId(elements, coordinate, definition);
  if (userId !== undefined)
    return ask(
      coordinate,
      `${userId} may be the id of a user: if callers may only give their own, write @owner there; then write @auth here, with roles if it is for some`,
    );
  return { coordinate, directive: '@auth', reason: 'only signed-in callers, until you say more' };
}

const ACCOUNTS_REASON =
  'by its type, it lists accounts: write @auth(roles: […]) for those who may see all of them, or @auth for every user';

/** Returns the coordinate of an argument, or of an input field of one, that may hold a user's id and has no `@owner`. */
function findUserId(
  elements: ReadonlyMap<string, SchemaElement>,
  coordinate: string,
  { name, type, args }: GraphQLField<unknown, unknown>,
): string | undefined {
  const isOwn = (at: string) => elements.get(at)?.rules.some(({ kind }) => kind === 'owner') ?? false;
  for (const argument of args) {
    const isUserId = USER_ID.test(argument.name) || (argument.name === 'id' && ACCOUNT.test(getNamedType(type).name));
    if (isUserId && !isOwn(`${coordinate}(${argument.name}:)`)) return `${name}(${argument.name}:)`;
    const input = getNamedType(argument.type);
    const fields = isInputObjectType(input) ? Object.keys(input.getFields()) : [];
    const held = fields.find((each) => USER_ID.test(each) && !isOwn(`${input.name}.${each}`));
    if (held !== undefined) return `${input.name}.${held}`;
  }
  return undefined;
}

/** Whether a type is a list of accounts, or a connection with one. */
function returnsAccounts(type: GraphQLOutputType | undefined): boolean {
  const named = getNamedType(type);
  if (isAccountList(type)) return true;
  if (!isObjectType(named) || !named.name.endsWith('Connection')) return false;
  return Object.values(named.getFields()).some((field) => isAccountList(field.type));
}

/** Whether a type is a list of accounts, or of edges to accounts. */
function isAccountList(type: GraphQLOutputType | undefined): boolean {
  const nullable = getNullableType(type);
  if (!isListType(nullable)) return false;
  const named = getNamedType(nullable);
  const node = isObjectType(named) ? getNamedType(named.getFields()['node']?.type) : undefined;
  return ACCOUNT.test(named.name) || ACCOUNT.test(node?.name ?? '');
}

function forType(
  type: GraphQLObjectType,
  fields: readonly string[],
  reached: ReadonlyMap<string, string>,
): readonly Proposal[] {
  const open = reached.get(type.name);
  const isWhole = fields.length === Object.keys(type.getFields()).length;
  const [owner, second] = OWNER_FIELDS.filter((name) => type.getFields()[name] !== undefined);
  const askAll = (reason: string): readonly Proposal[] =>
    (isWhole ? [type.name] : fields.map((field) => `${type.name}.${field}`)).map((at) => ask(at, reason));
  if (open !== undefined)
    return askAll(`${open} returns it, perhaps before sign-in: write @public(reason: "…"), @auth or @owner`);
  if (owner !== undefined) {
    if (second !== undefined)
      return askAll(`both ${owner} and ${second} may be the owner: write @owner(field: "…") or @auth`);
    const directive = `@owner(field: "${owner}")`;
    if (!isWhole)
      return askAll(
        `some of its fields have rules or @undecided already: write ${directive} on the type, or rules on these fields`,
      );
    const held = type.getFields()[owner]?.type;
    const isId = getNullableType(held) === GraphQLID || getNullableType(held) === GraphQLString;
    if (!isId || !isNonNullType(held))
      return askAll(`${owner} is ${String(held)}: change it to ID! and write ${directive}, or write @auth`);
    return [{ coordinate: type.name, directive, reason: `only the user whose id is in ${owner}` }];
  }
  if (ACCOUNT.test(type.name) && type.getFields()['id'] !== undefined)
    return askAll(
      'by its name, an object is an account: write @owner(field: "id") for its own user, or @auth for every user',
    );
  const reason = 'no field of it names an owner: every signed-in caller, if a field that they may run returns it';
  const [listing, plain] = partition(fields, (field) => returnsAccounts(type.getFields()[field]?.type));
  if (isWhole && listing.length === 0) return [{ coordinate: type.name, directive: '@auth', reason }];
  return [
    ...listing.map((field) => ask(`${type.name}.${field}`, ACCOUNTS_REASON)),
    ...plain.map((field) => ({ coordinate: `${type.name}.${field}`, directive: '@auth', reason })),
  ];
}

/**
 * Returns the object types that callers may reach before they sign in, each with the root field that leads there: from
 * root fields that are public, or about which `forRootField` asks.
 */
function beforeSignIn(
  schema: GraphQLSchema,
  elements: ReadonlyMap<string, SchemaElement>,
  withoutRule: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, string> {
  const isPublic = (type: GraphQLObjectType, field: string) =>
    [...typeRules(elements, type), ...fieldRules(elements, type, field)].some(({ kind }) => kind === 'public');
  const reached = new Map<string, string>();
  const visit = (type: GraphQLObjectType, from: string): void => {
    if (reached.has(type.name)) return;
    reached.set(type.name, from);
    for (const field of Object.values(type.getFields()))
      if (withoutRule.get(type.name)?.includes(field.name) || isPublic(type, field.name))
        for (const next of possibleTypes(schema, getNamedType(field.type))) visit(next, from);
  };
  for (const root of rootTypes(schema))
    for (const field of Object.values(root.getFields())) {
      const isAsked = withoutRule.get(root.name)?.includes(field.name) && BEFORE_SIGN_IN.test(field.name);
      if (!isAsked && !isPublic(root, field.name)) continue;
      for (const type of possibleTypes(schema, getNamedType(field.type))) visit(type, `${root.name}.${field.name}`);
    }
  return reached;
}
