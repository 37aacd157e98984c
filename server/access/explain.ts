import { type DocumentNode, getNamedType, type GraphQLObjectType, type OperationDefinitionNode } from 'graphql';
import { readElements } from './element.ts';
import { ruleText } from './expectation.ts';
import { judge, type Verdict } from './judge.ts';
import { createPlanner } from './operation.ts';
import { policies, type PolicyFunctions, type PolicySpec, type TableOfType } from './policies.ts';
import { fieldRules, type Policy, typeRules } from './policy.ts';
import { possibleTypes } from './possible.ts';
import type { Reason, Refusal } from './refusal.ts';
import type { OwnerRule, Rule } from './rule.ts';
import { type AccessViewer, parseViewer } from './viewer.ts';

/** One coordinate that an operation names, and what becomes of it. */
export interface ExplainedCoordinate {
  /** `Type.field`; where an id is refused, `Type.field(argument:)` or `Input.field`. */
  readonly coordinate: string;
  readonly verdict: 'allowed' | 'refused';
  /** Why it is refused; null where it is allowed. */
  readonly reason: Reason | null;
  /** The rule that refuses, with file and line; null where it is allowed. */
  readonly refusedBy: string | null;
  /** Every rule that the schema has there, with file and line. */
  readonly rules: readonly string[];
}

/** What holds the rows of one owned type, once the operation runs. */
export interface ExplainedRows {
  readonly type: string;
  /** The rules that name the owner of each object, with file and line: all of them have to hold. */
  readonly rules: readonly string[];
  /** Schema and table; null where the rows are kept in none, or nobody has said in which. */
  readonly table: string | null;
  /** What stands in the WHERE of every statement on the caller's own rows. */
  readonly predicate: string | null;
  /** What opens rows of others to this viewer, to be read where the operation asks for them; null where nothing does. */
  readonly others: OthersRows | null;
  /** The policies that PostgreSQL asks besides: of a query that of reading, of a mutation all that there are. */
  readonly policies: readonly PolicySpec[];
}

/** How a viewer comes to rows that the viewer does not own: through `orRoles`. */
export interface OthersRows {
  /** Those of the viewer's roles that open them. */
  readonly roles: readonly string[];
  /** The rules that hold all the same, with file and line. None: the rows are every owner's. */
  readonly rules: readonly string[];
}

/** Whether an operation may run, and why. */
export interface Explanation {
  /** What the engine says to the whole; `invalid` where a variable is no value of its type. */
  readonly verdict: Verdict['kind'];
  /** Why it is refused: the reason that wins, which is the one that a caller is told; null where it is not. */
  readonly reason: Reason | null;
  /** What is wrong with variables and arguments. */
  readonly complaints: readonly string[];
  /** In the order in which the operation names them. Each has its own verdict, also where another's reason wins. */
  readonly coordinates: readonly ExplainedCoordinate[];
  readonly rows: readonly ExplainedRows[];
}

/** What is to be explained. */
export interface ExplainOptions {
  /** Valid against the policy's schema. */
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** None unless said otherwise. */
  readonly variables?: Readonly<Record<string, unknown>>;
  /** Null without a token. */
  readonly viewer: AccessViewer | null;
  /** Seconds since the epoch. */
  readonly now: number;
  /** Where rows are kept, as `policies` takes it; left out, nothing is said of SQL. */
  readonly tables?: Readonly<Record<string, TableOfType | null>>;
  /** As `policies` takes them. */
  readonly functions?: PolicyFunctions;
}

/**
 * Explains what the engine makes of one request. A caller is told the coordinates of one reason and no rule; this tells
 * every coordinate and every rule, and is for whoever looks after the schema.
 * @throws {TypeError} where `tables` do not fit the schema, as `policies` does
 * @throws {InvalidViewerError} when the viewer is neither null nor well formed
 */
export function explain(policy: Policy, options: ExplainOptions): Explanation {
  const { document, operation, variables = {}, now } = options;
  const viewer = parseViewer(options.viewer, now);
  const named = new Set<string>();
  // Every field that may run is asked for its requirement, those that anybody may read included.
  const listening: Policy = {
    ...policy,
    requirement(type, field) {
      named.add(`${type}.${field}`);
      return policy.requirement(type, field);
    },
  };
  const plan = createPlanner(listening)(document, operation, variables);
  const verdictOn = (part: Pick<typeof plan, 'checks' | 'argumentChecks'>) =>
    judge(policy, part, operation, variables, viewer, now);

  const whole = verdictOn(plan);
  const elements = readElements(policy.schema);
  const fields = [...named].map((coordinate) => {
    const [typeName = '', field = ''] = coordinate.split('.');
    const type = policy.schema.getType(typeName) as GraphQLObjectType;
    const checks = plan.checks.filter((check) => check.coordinate === coordinate);
    const verdict = verdictOn({ checks, argumentChecks: [] });
    const rules = [...typeRules(elements, type), ...fieldRules(elements, type, field)];
    return explained(coordinate, rules, verdict.kind === 'refused' ? verdict.refusals[0] : undefined);
  });
  // By themselves: a caller hears of values only where no field keeps the request from them.
  const values = verdictOn({ checks: [], argumentChecks: plan.argumentChecks });
  const ids = values.kind === 'refused' ? values.refusals : [];
  return {
    verdict: whole.kind,
    reason: whole.kind === 'refused' ? (whole.refusals[0]?.reason ?? null) : null,
    complaints: values.kind === 'invalid' ? values.errors.map(({ message }) => message) : [],
    coordinates: [...fields, ...ids.map((refusal) => explained(refusal.coordinate, [refusal.rule], refusal))],
    rows: rowsOf(policy, named, viewer, options),
  };
}

function explained(coordinate: string, rules: readonly Rule[], refusal: Refusal | undefined): ExplainedCoordinate {
  return {
    coordinate,
    verdict: refusal === undefined ? 'allowed' : 'refused',
    reason: refusal?.reason ?? null,
    refusedBy: refusal === undefined ? null : ruleText(refusal.rule),
    rules: rules.map(ruleText),
  };
}

/** Of every owned type that the named fields are on or lead to. */
function rowsOf(
  policy: Policy,
  named: ReadonlySet<string>,
  viewer: AccessViewer | null,
  { operation, tables, functions }: ExplainOptions,
): readonly ExplainedRows[] {
  const types = new Set<string>();
  for (const coordinate of named) {
    const [typeName = '', field = ''] = coordinate.split('.');
    types.add(typeName);
    const result = getNamedType((policy.schema.getType(typeName) as GraphQLObjectType).getFields()[field]?.type);
    for (const { name } of possibleTypes(policy.schema, result)) types.add(name);
  }
  const made = tables ? policies(policy, tables, functions) : [];
  return [...types].flatMap((type): readonly ExplainedRows[] => {
    const rules = policy.owners.get(type);
    if (rules === undefined) return [];
    const place = tables?.[type] ?? null;
    const specs = made.find((table) => table.type === type)?.policies ?? [];
    const asked = operation.operation === 'query' ? ['owner_select'] : place?.commands.map((one) => `owner_${one}`);
    const columns = new Set(rules.map(({ field }) => `"${place?.columns[field ?? ''] ?? ''}" = the caller's id`));
    return [
      {
        type,
        rules: rules.map(ruleText),
        table: place && `${place.schema}.${place.table}`,
        predicate: place && [...columns].join(' and '),
        others: othersRows(rules, viewer?.roles ?? []),
        policies: specs.filter(({ name }) => asked?.includes(name)),
      },
    ];
  });
}

/** As the guard lets objects leave: a role lifts the rules that name it, and those that are left hold. */
function othersRows(rules: readonly OwnerRule[], roles: readonly string[]): OthersRows | null {
  const held = rules.filter(({ orRoles }) => !orRoles.some((role) => roles.includes(role)));
  const lifted = rules.filter(({ field }) => !held.some((rule) => rule.field === field));
  if (lifted.length === 0) return null;
  return {
    roles: roles.filter((role) => lifted.some(({ orRoles }) => orRoles.includes(role))),
    rules: held.map(ruleText),
  };
}
