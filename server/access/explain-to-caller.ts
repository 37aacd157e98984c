import type { GraphQLSchema } from 'graphql';
import { parseViewer } from './access-viewer.ts';
import type { Decision } from './authorize.ts';
import {
  type CoordinateVerdict,
  type DecidedCoordinate,
  decideCoordinates,
  type ExplainOptions,
  ownedTypesOf,
} from './explain.ts';
import { hasCoordinate } from './has-coordinate.ts';
import { createIntrospectionSchemas } from './introspection-schema.ts';
import type { Policy } from './policy.ts';
import type { Reason } from './refusal.ts';
import type { Rule } from './rule.ts';
import { formatDirective } from './rule-descriptions.ts';
import { readElements } from './schema-elements.ts';
import type { FileLocation } from './schema-problem.ts';

/** A rule as a client may see it. */
export interface CallerRule {
  /** The directive as in SDL, for example `@auth(roles: [ADMIN])`. The reason of `@public` is for reviewers: left out. */
  readonly directive: string;
  /** The coordinate of the directive; null if introspection hides it from the caller. */
  readonly at: string | null;
  /** File and line of the directive; null if `at` is null, or if code built the element. */
  readonly location: FileLocation | null;
  /** Whether this rule refuses the coordinate. */
  readonly refuses: boolean;
}

/** A coordinate that introspection shows to the caller, with its decision. */
export interface CallerCoordinate {
  readonly coordinate: string;
  readonly verdict: CoordinateVerdict;
  readonly reason: Reason | null;
  readonly rules: readonly CallerRule[];
}

/** The explanation that a client may receive about its own request. */
export interface CallerExplanation {
  readonly verdict: Decision['kind'];
  /** The reason of the refusal, as in the errors of the response; null unless refused. */
  readonly reason: Reason | null;
  readonly coordinates: readonly CallerCoordinate[];
  /** The owner rules that limit the rows of each selected type. */
  readonly rows: readonly { readonly type: string; readonly rules: readonly CallerRule[] }[];
  /** Whether the request selects coordinates that introspection hides from the caller: they are left out. */
  readonly hidden: boolean;
}

/**
 * Creates the function that explains a decision to the client that made the request. It contains only coordinates and
 * rules that introspection shows to the same caller (`createIntrospectionSchemas`): without that filter, an anonymous
 * caller could read the whole policy by requesting every field. For developers of the schema, `explain` has no filter.
 * @returns a function that throws {InvalidViewerError} when the viewer is neither null nor well formed
 */
export function createCallerExplanations(
  policy: Policy,
): (options: Omit<ExplainOptions, 'tables' | 'functions'>) => CallerExplanation {
  const elements = readElements(policy.schema);
  const schemaFor = createIntrospectionSchemas(policy);

  return (options) => {
    const viewer = parseViewer(options.viewer, options.now);
    const visible = schemaFor(viewer);
    const { decision, coordinates, selected } = decideCoordinates(policy, elements, options, viewer);
    const shown = coordinates.filter(({ coordinate }) => hasCoordinate(visible, coordinate));
    return {
      verdict: decision.kind,
      reason: decision.kind === 'refused' ? (decision.refusals[0]?.reason ?? null) : null,
      coordinates: shown.map((decided) => showCoordinate(visible, decided)),
      rows: ownedTypesOf(policy, selected)
        .filter((type) => hasCoordinate(visible, type))
        .map((type) => ({
          type,
          rules: (policy.owners.get(type) ?? []).map((rule) => showRule(visible, type, rule, false)),
        })),
      hidden: shown.length < coordinates.length,
    };
  };
}

function showCoordinate(
  visible: GraphQLSchema,
  { coordinate, verdict, rules, refusal }: DecidedCoordinate,
): CallerCoordinate {
  const type = coordinate.slice(0, coordinate.indexOf('.'));
  return {
    coordinate,
    verdict,
    reason: refusal?.reason ?? null,
    // By value: the policy and `elements` hold different objects. A coordinate has at most one directive of each kind.
    rules: rules.map((rule) =>
      showRule(visible, type, rule, rule.kind === refusal?.rule.kind && rule.coordinate === refusal.rule.coordinate),
    ),
  };
}

/** @param type the type to whose coordinate the rule applies */
function showRule(visible: GraphQLSchema, type: string, rule: Rule, refuses: boolean): CallerRule {
  const isShown = hasCoordinate(visible, rule.coordinate);
  return {
    directive: formatDirective(withoutHiddenParts(visible, type, rule)),
    at: isShown ? rule.coordinate : null,
    location: isShown ? rule.location : null,
    refuses,
  };
}

/** Removes the parts of a rule that introspection does not show: the reason of `@public`, and a hidden owner field. */
function withoutHiddenParts(visible: GraphQLSchema, type: string, rule: Rule): Rule {
  if (rule.kind === 'public') return { ...rule, reason: '' };
  if (rule.kind !== 'owner' || rule.field === null || hasCoordinate(visible, `${type}.${rule.field}`)) return rule;
  return { ...rule, field: null };
}
