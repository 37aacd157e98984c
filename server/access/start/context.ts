import type { GraphQLObjectType, GraphQLSchema } from 'graphql';
import type { Element, ElementKind } from '../element.ts';
import type { Place, Problem } from '../problem.ts';
import type { AuthRule, OwnerRule, PublicRule, Rule } from '../rule.ts';

/** What a start-up rule looks at, and where it reports what is wrong. */
export interface StartContext {
  readonly schema: GraphQLSchema;
  readonly elements: ReadonlyMap<string, Element>;
  /** The object types that an answer can hold: reachable from a root, introspection left out. */
  readonly answerTypes: readonly GraphQLObjectType[];
  /** Directives that the schema's owner vouches for: they have nothing to do with access. */
  readonly otherDirectives: ReadonlySet<string>;
  report(problem: Problem): void;
}

/** One sentence of law about schemas; reports each place that breaks it. */
export type StartRule = (context: StartContext) => void;

/** Every application of one directive of the policy, with the element that it stands on. */
export function* applications<K extends Rule['kind']>(
  { elements }: StartContext,
  kind: K,
): Generator<readonly [Extract<PublicRule | AuthRule | OwnerRule, { kind: K }>, Element]> {
  for (const element of elements.values())
    for (const rule of element.rules)
      if (rule.kind === kind) yield [rule as Extract<PublicRule | AuthRule | OwnerRule, { kind: K }>, element];
}

/** Whether an element holds a value that callers send: there `@owner` speaks of the value itself. */
export function holdsInput(kind: ElementKind): boolean {
  return kind === 'argument' || kind === 'input field';
}

/** Makes the problems of one rule: they carry its name. */
export function reporter({ report }: StartContext, rule: StartRule) {
  return (at: { readonly coordinate: string; readonly place: Place | null }, message: string, fix: string) =>
    report({ rule: rule.name, coordinate: at.coordinate, place: at.place, message, fix });
}
