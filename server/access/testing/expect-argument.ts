import {
  getNamedType,
  GraphQLID,
  GraphQLInputObjectType,
  GraphQLObjectType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLSchema,
  GraphQLString,
  type FieldNode,
  type OperationDefinitionNode,
  parse,
  resolveSchemaCoordinate,
} from 'graphql';
import { type Expectation, expectation } from './expectation.ts';
import { formatRule } from '../rule-descriptions.ts';
import { authorize } from '../authorize.ts';
import type { Policy } from '../policy.ts';
import type { AccessViewer } from '../access-viewer.ts';

/** The value of an argument: the viewer's id, another user's, or omitted. A list gets the id as its only element. */
export type ArgumentCase = 'own id' | 'other id' | 'no id';

/** Returns assertions about the ids that an argument or input field accepts, decided by `authorize`. */
export function expectArgument(
  policy: Policy,
  coordinate: string,
  viewer: AccessViewer,
  otherId: string,
): Expectation<ArgumentCase> {
  const query = buildArgumentQuery(policy, coordinate);

  return expectation((value, expected) => {
    const id = value === 'no id' ? null : value === 'own id' ? viewer.userId : otherId;
    const document = parse(query.document(id));
    const [operation] = document.definitions as unknown as readonly [OperationDefinitionNode];
    const [node] = operation.selectionSet.selections as readonly FieldNode[];
    const argumentChecks = node
      ? [{ coordinate: query.fieldCoordinate, field: query.field, nodes: [node] as const }]
      : [];
    // The queried field may be synthetic, so only its argument is checked.
    const decision = authorize(policy, { checks: [], argumentChecks }, operation, {}, viewer, viewer.authTime);
    if (decision.kind === 'invalid')
      throw new Error(`${coordinate} cannot be tested with "${value}": it requires an id.`);
    if (expected === 'allowed' && decision.kind === 'refused') {
      const rules = decision.refusals.map(({ rule }) => formatRule(rule)).join(' and ');
      throw new Error(`${coordinate} should accept "${value}", but ${rules} refuses it.`);
    }
    if (expected === 'refused' && decision.kind === 'allowed') {
      const rule = policy.ownerRuleOn(coordinate);
      throw new Error(
        `${coordinate} should refuse "${value}", but accepts it: ${rule ? `${formatRule(rule)} allows it` : 'it has no @owner'}.`,
      );
    }
  });
}

/** A query that sets one argument or input field to an id and needs no other value. */
interface ArgumentQuery {
  readonly fieldCoordinate: string;
  readonly field: GraphQLField<unknown, unknown>;
  document(id: string | null): string;
}

function buildArgumentQuery(policy: Policy, coordinate: string): ArgumentQuery {
  const element = resolveElement(policy.schema, coordinate);
  const noId = new Error(`${coordinate} cannot hold an id.`);

  if (element?.kind === 'FieldArgument') {
    const { type, field, fieldArgument } = element;
    if (!isIdType(fieldArgument)) throw noId;
    // The field with this argument alone: others may be required, and do not matter here.
    return {
      fieldCoordinate: `${type.name}.${field.name}`,
      field: { ...field, args: [fieldArgument] },
      document: (id) => `{ ${field.name}${id === null ? '' : `(${fieldArgument.name}: ${JSON.stringify(id)})`} }`,
    };
  }
  if (element?.kind === 'InputField') {
    const { type, inputField } = element;
    if (!isIdType(inputField)) throw noId;
    // `authorize` finds owner rules by the input type's name: this type has the same name and only this field.
    const singleFieldInput = new GraphQLInputObjectType({
      name: type.name,
      fields: { [inputField.name]: { type: inputField.type } },
    });
    return {
      fieldCoordinate: 'Query.test',
      field: fieldWithArgument(singleFieldInput),
      document: (id) => `{ test(input: ${id === null ? '{}' : `{ ${inputField.name}: ${JSON.stringify(id)} }`}) }`,
    };
  }
  throw new Error(`The schema has no argument or input field ${coordinate}.`);
}

/**
 * Returns undefined for a coordinate that is malformed or names a type that does not exist: graphql throws for both.
 */
function resolveElement(schema: GraphQLSchema, coordinate: string) {
  try {
    return resolveSchemaCoordinate(schema, coordinate);
  } catch {
    return undefined;
  }
}

function isIdType({ type }: Pick<GraphQLArgument, 'type'>): boolean {
  const named = getNamedType(type);
  return named === GraphQLID || named === GraphQLString;
}

function fieldWithArgument(input: GraphQLInputObjectType): GraphQLField<unknown, unknown> {
  const query = new GraphQLObjectType({
    name: 'Query',
    fields: { test: { type: GraphQLString, args: { input: { type: input } } } },
  });
  return query.getFields()['test'] as GraphQLField<unknown, unknown>;
}
