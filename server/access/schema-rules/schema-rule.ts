import type { GraphQLObjectType, GraphQLSchema } from 'graphql';
import type { SchemaElement, ElementKind } from '../schema-elements.ts';
import type { FileLocation, Problem } from '../schema-problem.ts';
import type { AuthRule, OwnerRule, PublicRule, Rule } from '../rule.ts';

/** What a start-up rule looks at, and where it reports what is wrong. */
export interface SchemaRuleContext {
  readonly schema: GraphQLSchema;
  readonly elements: ReadonlyMap<string, SchemaElement>;
  /** The object types that an answer can hold: reachable from a root, introspection left out. */
  readonly responseTypes: readonly GraphQLObjectType[];
  /** Directives that the schema's owner vouches for: they have nothing to do with access. */
  readonly otherDirectives: ReadonlySet<string>;
  report(problem: Problem): void;
}

/** One sentence of law about schemas; reports each place that breaks it. */
export type SchemaRule = (context: SchemaRuleContext) => void;

/** Every application of one directive of the policy, with the element that it stands on. */
export function* directiveApplications<K extends Rule['kind']>(
  { elements }: SchemaRuleContext,
  kind: K,
): Generator<readonly [Extract<PublicRule | AuthRule | OwnerRule, { kind: K }>, SchemaElement]> {
  for (const element of elements.values())
    for (const rule of element.rules)
      if (rule.kind === kind) yield [rule as Extract<PublicRule | AuthRule | OwnerRule, { kind: K }>, element];
}

/** Whether an element holds a value that callers send: there `@owner` speaks of the value itself. */
export function isInputElement(kind: ElementKind): boolean {
  return kind === 'argument' || kind === 'input field';
}

/** Makes the problems of one rule: they carry its name. */
export function createReporter({ report }: SchemaRuleContext, rule: SchemaRule) {
  return (at: { readonly coordinate: string; readonly location: FileLocation | null }, message: string, fix: string) =>
    report({ rule: rule.name, coordinate: at.coordinate, location: at.location, message, fix });
}
