import {
  getNamedType,
  GraphQLID,
  GraphQLInputObjectType,
  type GraphQLArgument,
  type GraphQLField,
  GraphQLString,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  type FieldNode,
  type OperationDefinitionNode,
  parse,
} from 'graphql';
import { compileOperation, type Plan } from '../compile-operation.ts';
import { type Expectation, expectation, formatRule } from './access-expectation.ts';
import { authorize } from '../authorize.ts';
import type { Policy } from '../policy.ts';
import type { AccessViewer } from '../access-viewer.ts';

/** What a caller writes into an argument: `no id` leaves it out. For a list, the id is its one element. */
export type ArgumentCase = 'own id' | 'other id' | 'no id';

/** Says which ids an argument or input field takes, judged by the engine's own judgement of values. */
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
    // The field asked may be made for the question: only its argument is judged here.
    const plan: Plan = { ...compileOperation(policy, document, operation, new Map()), checks: [], argumentChecks };
    const decision = authorize(policy, plan, operation, {}, viewer, viewer.authTime);
    if (decision.kind === 'invalid') throw new Error(`${coordinate} cannot be asked with "${value}": it needs an id.`);
    if (expected === 'allowed' && decision.kind === 'refused') {
      const rules = decision.refusals.map(({ rule }) => formatRule(rule)).join(' and ');
      throw new Error(`${coordinate} should take "${value}", but ${rules} refuses it.`);
    }
    if (expected === 'refused' && decision.kind === 'allowed') {
      const rule = policy.ownerRuleOn(coordinate);
      throw new Error(
        `${coordinate} should refuse "${value}", but takes it: ${rule ? `${formatRule(rule)} allows it` : 'no @owner stands on it'}.`,
      );
    }
  });
}

/** A field to ask with one id in one place, made so that nothing else has to be written. */
interface ArgumentQuery {
  readonly fieldCoordinate: string;
  readonly field: GraphQLField<unknown, unknown>;
  document(id: string | null): string;
}

function buildArgumentQuery(policy: Policy, coordinate: string): ArgumentQuery {
  const [, typeName = '', fieldName = '', argumentName] = /^(\w+)\.(\w+)(?:\((\w+):\))?$/.exec(coordinate) ?? [];
  const type = policy.schema.getType(typeName);
  const notFound = new Error(`The schema has no argument or input field ${coordinate}.`);
  const noId = new Error(`${coordinate} takes no id.`);

  if (argumentName !== undefined && (isObjectType(type) || isInterfaceType(type))) {
    const field = type.getFields()[fieldName];
    const argument = field?.args.find(({ name }) => name === argumentName);
    if (!field || !argument) throw notFound;
    if (!isIdType(argument)) throw noId;
    // The field with this argument alone: others may be required, and have no say here.
    return {
      fieldCoordinate: `${typeName}.${fieldName}`,
      field: { ...field, args: [argument] },
      document: (id) => `{ ${fieldName}${id === null ? '' : `(${argumentName}: ${JSON.stringify(id)})`} }`,
    };
  }
  if (argumentName === undefined && isInputObjectType(type)) {
    const inputField = type.getFields()[fieldName];
    if (!inputField) throw notFound;
    if (!isIdType(inputField)) throw noId;
    // The judgement knows input types by name: this one has the same, and the one field.
    const singleFieldInput = new GraphQLInputObjectType({
      name: typeName,
      fields: { [fieldName]: { type: inputField.type } },
    });
    return {
      fieldCoordinate: 'Query.asked',
      field: fieldWithArgument(singleFieldInput),
      document: (id) => `{ asked(input: ${id === null ? '{}' : `{ ${fieldName}: ${JSON.stringify(id)} }`}) }`,
    };
  }
  throw notFound;
}

function isIdType({ type }: Pick<GraphQLArgument, 'type'>): boolean {
  const named = getNamedType(type);
  return named === GraphQLID || named === GraphQLString;
}

function fieldWithArgument(input: GraphQLInputObjectType): GraphQLField<unknown, unknown> {
  const defaults = {
    description: null,
    deprecationReason: null,
    extensions: {},
    astNode: null,
    defaultValue: undefined,
  };
  const args = [{ ...defaults, name: 'input', type: input }];
  return { ...defaults, name: 'asked', type: GraphQLString, args };
}
