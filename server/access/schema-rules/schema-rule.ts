import type { ConstArgumentNode, GraphQLObjectType, GraphQLSchema } from 'graphql';
import type { SchemaElement, ElementKind } from '../schema-elements.ts';
import type { FileLocation, Problem } from '../schema-problem.ts';
import type { AuthRule, OwnerRule, PublicRule, Rule } from '../rule.ts';

/** The input of a schema rule, and its reporter. */
export interface SchemaRuleContext {
  readonly schema: GraphQLSchema;
  readonly elements: ReadonlyMap<string, SchemaElement>;
  /** The object types that a response can contain, introspection types excluded. */
  readonly responseTypes: readonly GraphQLObjectType[];
  /** Names of directives that have nothing to do with access: see `CheckOptions`. */
  readonly otherDirectives: ReadonlySet<string>;
  report(problem: Problem): void;
}

/** A rule that every schema must satisfy; reports each violation. */
export type SchemaRule = (context: SchemaRuleContext) => void;

/** Yields every application of one access directive, with its element. */
export function* directiveApplications<K extends Rule['kind']>(
  { elements }: SchemaRuleContext,
  kind: K,
): Generator<readonly [Extract<PublicRule | AuthRule | OwnerRule, { kind: K }>, SchemaElement]> {
  for (const element of elements.values())
    for (const rule of element.rules)
      if (rule.kind === kind) yield [rule as Extract<PublicRule | AuthRule | OwnerRule, { kind: K }>, element];
}

/** Returns the arguments that are written in the applications of a directive to an element. */
export function writtenArguments({ directives }: SchemaElement, directive: Rule['kind']): readonly ConstArgumentNode[] {
  return directives.filter(({ name }) => name.value === directive).flatMap((node) => node.arguments ?? []);
}

/** Whether an element is an input: there `@owner` applies to the value itself. */
export function isInputElement(kind: ElementKind): boolean {
  return kind === 'argument' || kind === 'input field';
}

/** Returns a function that reports problems under a rule's name. */
export function createReporter({ report }: SchemaRuleContext, rule: SchemaRule) {
  return (at: { readonly coordinate: string; readonly location: FileLocation | null }, message: string, fix: string) =>
    report({ rule: rule.name, coordinate: at.coordinate, location: at.location, message, fix });
}
