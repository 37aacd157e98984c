import {
  type ASTVisitor,
  type GraphQLError,
  Kind,
  type ObjectFieldNode,
  type ObjectValueNode,
  type OperationDefinitionNode,
  type ValidationContext,
  type ValueNode,
  ValuesOfCorrectTypeRule,
} from 'graphql';
import { requestError } from '../errors.ts';
import { argumentPath, type NodeKeys, variablePaths } from './argument-path.ts';
import { leafRule, missingFields, type ViolatedRule } from './violated-rule.ts';

/**
 * A value in the document, also as the default of a variable, has the type of its position: graphql-js's
 * `ValuesOfCorrectTypeRule`. Its errors are BAD_USER_INPUT with field and rule, as those of variables
 * (`invalid-values.ts`): the client may have written the value in either place.
 */
export function LiteralsOfCorrectTypeRule(context: ValidationContext): ASTVisitor {
  const document = context.getDocument();
  const missing = new Map<ObjectValueNode, string[]>();
  const variables = new Map<OperationDefinitionNode, ReturnType<typeof variablePaths>>();
  let position: { readonly node: ValueOrField; readonly keys: NodeKeys } | undefined;

  const reporter = Object.create(context) as ValidationContext;
  reporter.reportError = ({ message, nodes }: GraphQLError) => {
    if (position === undefined) throw new Error('graphql-js reported an error outside of a value.');
    const { node, keys } = position;
    const { rule, inside = [] } = violatedRule(node);
    const field = [...pathOf(keys), ...inside].join('.');
    // The error of a scalar of ours has no nodes.
    const at = nodes ?? [node];
    context.reportError(requestError('BAD_USER_INPUT', { message, nodes: at, extensions: { field, rule } }));
  };
  const visitor = Object.entries(ValuesOfCorrectTypeRule(reporter)) as [string, VisitNode][];
  return Object.fromEntries(
    visitor.map(([kind, visitNode]): [string, VisitNode] => [
      kind,
      (node, key, parent, keys) => {
        position = { node, keys };
        return visitNode(node, key, parent, keys);
      },
    ]),
  );

  function violatedRule(node: ValueOrField): ViolatedRule {
    if (node.kind === Kind.NULL) return { rule: 'notNull' };
    // Its name is in the path already.
    if (node.kind === Kind.OBJECT_FIELD) return { rule: 'unknownField' };
    const names = node.kind === Kind.OBJECT ? node.fields.map(({ name }) => name.value) : [];
    if (node.kind === Kind.OBJECT && !missing.has(node))
      missing.set(node, [...missingFields(context.getInputType(), names)]);
    // graphql-js reports the missing fields of an object one by one, in the order of the type.
    const [field] = node.kind === Kind.OBJECT ? (missing.get(node)?.splice(0, 1) ?? []) : [];
    if (field !== undefined) return { rule: 'required', inside: [field] };
    return { rule: leafRule(context.getInputType(), node.kind === Kind.STRING, node.kind === Kind.OBJECT) };
  }

  /** Returns the path of a literal; for a part of a variable's default, the path of the variable comes first. */
  function pathOf(keys: NodeKeys): readonly string[] {
    const [, index, inOperation, definitionIndex] = keys;
    const path = argumentPath(document, keys);
    if (inOperation !== 'variableDefinitions') return path;
    const operation = document.definitions[index as number] as OperationDefinitionNode;
    const paths = variables.get(operation) ?? variablePaths(document, operation);
    variables.set(operation, paths);
    const variable = operation.variableDefinitions?.[definitionIndex as number]?.variable.name.value ?? '';
    return [...(paths.get(variable) ?? []), ...path];
  }
}

type ValueOrField = ValueNode | ObjectFieldNode;
type VisitNode = (node: ValueOrField, key: unknown, parent: unknown, keys: NodeKeys) => unknown;
