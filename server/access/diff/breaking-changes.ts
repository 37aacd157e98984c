import { type BreakingChange, BreakingChangeType, findBreakingChanges, type GraphQLSchema } from 'graphql';

/** A change after which a request that was valid may not be, or its response has another form. */
export interface Breaking {
  readonly coordinate: string;
  /** graphql's sentence. */
  readonly description: string;
}

/** Returns graphql's own breaking changes with their coordinates. Directives on elements are not part of them. */
export function breakingChanges(previous: GraphQLSchema, next: GraphQLSchema): readonly Breaking[] {
  return findBreakingChanges(previous, next).map((change) => ({
    coordinate: coordinateOf(change),
    description: change.description,
  }));
}

/** A name, and the coordinate of a field. */
const N = String.raw`(\w+)`;
const F = String.raw`(\w+\.\w+)`;

/** Where each kind of sentence of graphql 16 names the element: it returns no coordinate. */
const FORMS: Readonly<Record<BreakingChangeType, readonly [form: string, coordinate: string]>> = {
  [BreakingChangeType.TYPE_REMOVED]: [`^(?:Standard scalar )?${N} was removed`, '$1'],
  [BreakingChangeType.TYPE_CHANGED_KIND]: [`^${N} changed from`, '$1'],
  [BreakingChangeType.TYPE_REMOVED_FROM_UNION]: [`was removed from union type ${N}`, '$1'],
  [BreakingChangeType.VALUE_REMOVED_FROM_ENUM]: [`^${N} was removed from enum type ${N}`, '$2.$1'],
  [BreakingChangeType.REQUIRED_INPUT_FIELD_ADDED]: [`^A required field ${N} on input type ${N} was`, '$2.$1'],
  [BreakingChangeType.IMPLEMENTED_INTERFACE_REMOVED]: [`^${N} no longer implements`, '$1'],
  [BreakingChangeType.FIELD_REMOVED]: [`^${F} was removed`, '$1'],
  [BreakingChangeType.FIELD_CHANGED_KIND]: [`^${F} changed type`, '$1'],
  [BreakingChangeType.REQUIRED_ARG_ADDED]: [`^A required arg ${N} on ${F} was`, '$2($1:)'],
  [BreakingChangeType.ARG_REMOVED]: [`^${F} arg ${N} was removed`, '$1($2:)'],
  [BreakingChangeType.ARG_CHANGED_KIND]: [`^${F} arg ${N} has changed`, '$1($2:)'],
  [BreakingChangeType.DIRECTIVE_REMOVED]: [`^${N} was removed`, '@$1'],
  [BreakingChangeType.DIRECTIVE_ARG_REMOVED]: [`^${N} was removed from ${N}`, '@$2($1:)'],
  [BreakingChangeType.REQUIRED_DIRECTIVE_ARG_ADDED]: [`^A required arg ${N} on directive ${N}`, '@$2($1:)'],
  [BreakingChangeType.DIRECTIVE_REPEATABLE_REMOVED]: [`was removed from @?${N}`, '@$1'],
  [BreakingChangeType.DIRECTIVE_LOCATION_REMOVED]: [`was removed from @?${N}`, '@$1'],
};

/** Most sentences of graphql 17 name the element by its coordinate. */
const FORM_OF_17 = /^(?:Directive|Enum value|Field|Argument|A required (?:field|argument)) (\S+) /;

function coordinateOf({ type, description }: BreakingChange): string {
  const [form, coordinate] = FORMS[type];
  const match = new RegExp(form).exec(description);
  // A later graphql may word it differently: the change must still be reported.
  if (match === null) return FORM_OF_17.exec(description)?.[1] ?? 'schema';
  return coordinate.replaceAll(/\$(\d)/g, (_, group: string) => match[Number(group)] ?? '');
}
