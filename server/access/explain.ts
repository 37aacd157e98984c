import { type DocumentNode, getNamedType, type GraphQLObjectType, type OperationDefinitionNode } from 'graphql';
import { readElements } from './schema-elements.ts';
import { formatRule } from './testing/access-expectation.ts';
import { authorize, type Decision } from './authorize.ts';
import { createPlanner } from './operation-planner.ts';
import { rlsPolicies, type PolicyFunctions, type RlsPolicy, type TableMapping } from './rls-policies.ts';
import { fieldRules, type Policy, typeRules } from './policy.ts';
import { possibleTypes } from './possible-types.ts';
import type { Reason, Refusal } from './refusal.ts';
import type { OwnerRule, Rule } from './rule.ts';
import { type AccessViewer, parseViewer } from './access-viewer.ts';

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
  readonly others: CrossOwnerRows | null;
  /** The policies that PostgreSQL asks besides: of a query that of reading, of a mutation all that there are. */
  readonly policies: readonly RlsPolicy[];
}

/** How a viewer comes to rows that the viewer does not own: through `orRoles`. */
export interface CrossOwnerRows {
  /** Those of the viewer's roles that open them. */
  readonly roles: readonly string[];
  /** The rules that hold all the same, with file and line. None: the rows are every owner's. */
  readonly rules: readonly string[];
}

/** Whether an operation may run, and why. */
export interface Explanation {
  /** What the engine says to the whole; `invalid` where a variable is no value of its type. */
  readonly verdict: Decision['kind'];
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
  readonly tables?: Readonly<Record<string, TableMapping | null>>;
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
  const coordinates = new Set<string>();
  // Every field that may run is asked for its requirement, those that anybody may read included.
  const recordingPolicy: Policy = {
    ...policy,
    requirement(type, field) {
      coordinates.add(`${type}.${field}`);
      return policy.requirement(type, field);
    },
  };
  const plan = createPlanner(recordingPolicy)(document, operation, variables);
  const decide = (part: Pick<typeof plan, 'checks' | 'argumentChecks'>) =>
    authorize(policy, part, operation, variables, viewer, now);

  const decision = decide(plan);
  const elements = readElements(policy.schema);
  const fields = [...coordinates].map((coordinate) => {
    const [typeName = '', field = ''] = coordinate.split('.');
    const type = policy.schema.getType(typeName) as GraphQLObjectType;
    const checks = plan.checks.filter((check) => check.coordinate === coordinate);
    const ofField = decide({ checks, argumentChecks: [] });
    const rules = [...typeRules(elements, type), ...fieldRules(elements, type, field)];
    return explainCoordinate(coordinate, rules, ofField.kind === 'refused' ? ofField.refusals[0] : undefined);
  });
  // By themselves: a caller hears of values only where no field keeps the request from them.
  const values = decide({ checks: [], argumentChecks: plan.argumentChecks });
  const ids = values.kind === 'refused' ? values.refusals : [];
  return {
    verdict: decision.kind,
    reason: decision.kind === 'refused' ? (decision.refusals[0]?.reason ?? null) : null,
    complaints: values.kind === 'invalid' ? values.errors.map(({ message }) => message) : [],
    coordinates: [...fields, ...ids.map((refusal) => explainCoordinate(refusal.coordinate, [refusal.rule], refusal))],
    rows: explainRows(policy, coordinates, viewer, options),
  };
}

function explainCoordinate(
  coordinate: string,
  rules: readonly Rule[],
  refusal: Refusal | undefined,
): ExplainedCoordinate {
  return {
    coordinate,
    verdict: refusal === undefined ? 'allowed' : 'refused',
    reason: refusal?.reason ?? null,
    refusedBy: refusal === undefined ? null : formatRule(refusal.rule),
    rules: rules.map(formatRule),
  };
}

/** Of every owned type that the named fields are on or lead to. */
function explainRows(
  policy: Policy,
  coordinates: ReadonlySet<string>,
  viewer: AccessViewer | null,
  { operation, tables, functions }: ExplainOptions,
): readonly ExplainedRows[] {
  const types = new Set<string>();
  for (const coordinate of coordinates) {
    const [typeName = '', field = ''] = coordinate.split('.');
    types.add(typeName);
    const result = getNamedType((policy.schema.getType(typeName) as GraphQLObjectType).getFields()[field]?.type);
    for (const { name } of possibleTypes(policy.schema, result)) types.add(name);
  }
  const tablePolicies = tables ? rlsPolicies(policy, tables, functions) : [];
  return [...types].flatMap((type): readonly ExplainedRows[] => {
    const rules = policy.owners.get(type);
    if (rules === undefined) return [];
    const mapping = tables?.[type] ?? null;
    const specs = tablePolicies.find((table) => table.type === type)?.policies ?? [];
    const policyNames =
      operation.operation === 'query' ? ['owner_select'] : mapping?.commands.map((one) => `owner_${one}`);
    const columns = new Set(rules.map(({ field }) => `"${mapping?.columns[field ?? ''] ?? ''}" = the caller's id`));
    return [
      {
        type,
        rules: rules.map(formatRule),
        table: mapping && `${mapping.schema}.${mapping.table}`,
        predicate: mapping && [...columns].join(' and '),
        others: crossOwnerRows(rules, viewer?.roles ?? []),
        policies: specs.filter(({ name }) => policyNames?.includes(name)),
      },
    ];
  });
}

/** As the guard lets objects leave: a role lifts the rules that name it, and those that are left hold. */
function crossOwnerRows(rules: readonly OwnerRule[], roles: readonly string[]): CrossOwnerRows | null {
  const remaining = rules.filter(({ orRoles }) => !orRoles.some((role) => roles.includes(role)));
  const lifted = rules.filter(({ field }) => !remaining.some((rule) => rule.field === field));
  if (lifted.length === 0) return null;
  return {
    roles: roles.filter((role) => lifted.some(({ orRoles }) => orRoles.includes(role))),
    rules: remaining.map(formatRule),
  };
}
