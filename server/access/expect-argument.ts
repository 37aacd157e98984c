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
import { compileOperation, type Plan } from './compile.ts';
import { type Expectation, expectation, ruleText } from './expectation.ts';
import { judge } from './judge.ts';
import type { Policy } from './policy.ts';
import type { AccessViewer } from './viewer.ts';

/** What a caller writes into an argument: `no id` leaves it out. For a list, the id is its one element. */
export type Value = 'own id' | 'other id' | 'no id';

/** Says which ids an argument or input field takes, judged by the engine's own judgement of values. */
export function expectArgument(
  policy: Policy,
  coordinate: string,
  viewer: AccessViewer,
  otherId: string,
): Expectation<Value> {
  const asked = questionAt(policy, coordinate);

  return expectation((value, wanted) => {
    const id = value === 'no id' ? null : value === 'own id' ? viewer.userId : otherId;
    const document = parse(asked.document(id));
    const [operation] = document.definitions as unknown as readonly [OperationDefinitionNode];
    const [node] = operation.selectionSet.selections as readonly FieldNode[];
    const argumentChecks = node
      ? [{ coordinate: asked.fieldCoordinate, field: asked.field, nodes: [node] as const }]
      : [];
    // The field asked may be made for the question: only its argument is judged here.
    const plan: Plan = { ...compileOperation(policy, document, operation, new Map()), checks: [], argumentChecks };
    const verdict = judge(policy, plan, operation, {}, viewer, viewer.authTime);
    if (verdict.kind === 'invalid') throw new Error(`${coordinate} cannot be asked with "${value}": it needs an id.`);
    if (wanted === 'allowed' && verdict.kind === 'refused') {
      const rules = verdict.refusals.map(({ rule }) => ruleText(rule)).join(' and ');
      throw new Error(`${coordinate} should take "${value}", but ${rules} refuses it.`);
    }
    if (wanted === 'refused' && verdict.kind === 'allowed') {
      const rule = policy.ownerRuleOn(coordinate);
      throw new Error(
        `${coordinate} should refuse "${value}", but takes it: ${rule ? `${ruleText(rule)} allows it` : 'no @owner stands on it'}.`,
      );
    }
  });
}

/** A field to ask with one id in one place, made so that nothing else has to be written. */
interface Question {
  readonly fieldCoordinate: string;
  readonly field: GraphQLField<unknown, unknown>;
  document(id: string | null): string;
}

function questionAt(policy: Policy, coordinate: string): Question {
  const [, typeName = '', fieldName = '', argumentName] = /^(\w+)\.(\w+)(?:\((\w+):\))?$/.exec(coordinate) ?? [];
  const type = policy.schema.getType(typeName);
  const nothing = new Error(`The schema has no argument or input field ${coordinate}.`);
  const noId = new Error(`${coordinate} takes no id.`);

  if (argumentName !== undefined && (isObjectType(type) || isInterfaceType(type))) {
    const field = type.getFields()[fieldName];
    const argument = field?.args.find(({ name }) => name === argumentName);
    if (!field || !argument) throw nothing;
    if (!holdsId(argument)) throw noId;
    // The field with this argument alone: others may be required, and have no say here.
    return {
      fieldCoordinate: `${typeName}.${fieldName}`,
      field: { ...field, args: [argument] },
      document: (id) => `{ ${fieldName}${id === null ? '' : `(${argumentName}: ${JSON.stringify(id)})`} }`,
    };
  }
  if (argumentName === undefined && isInputObjectType(type)) {
    const inputField = type.getFields()[fieldName];
    if (!inputField) throw nothing;
    if (!holdsId(inputField)) throw noId;
    // The judgement knows input types by name: this one has the same, and the one field.
    const alone = new GraphQLInputObjectType({ name: typeName, fields: { [fieldName]: { type: inputField.type } } });
    return {
      fieldCoordinate: 'Query.asked',
      field: fieldTaking(alone),
      document: (id) => `{ asked(input: ${id === null ? '{}' : `{ ${fieldName}: ${JSON.stringify(id)} }`}) }`,
    };
  }
  throw nothing;
}

function holdsId({ type }: Pick<GraphQLArgument, 'type'>): boolean {
  const named = getNamedType(type);
  return named === GraphQLID || named === GraphQLString;
}

function fieldTaking(input: GraphQLInputObjectType): GraphQLField<unknown, unknown> {
  const none = { description: null, deprecationReason: null, extensions: {}, astNode: null, defaultValue: undefined };
  const args = [{ ...none, name: 'input', type: input }];
  return { ...none, name: 'asked', type: GraphQLString, args };
}
