import {
  getNamedType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  parse,
  print,
} from 'graphql';
import { possibleTypes } from './possible-types.ts';

/** An operation that selects one field. */
export interface ExampleOperation {
  readonly kind: 'query' | 'mutation';
  /** The document, formatted. */
  readonly text: string;
}

/** The costs of a path: required arguments hold invented values, so a longer path without them shows more. */
const REQUIRED_ARGUMENT = 10;
const AVOIDED_FIELD = 100;
const MUTATION = 10_000;

/** The id of no object. */
const NO_ID = '00000000-0000-0000-0000-000000000000';

type Field = GraphQLField<unknown, unknown>;

interface Path {
  readonly kind: ExampleOperation['kind'];
  readonly cost: number;
  /** Encloses a selection of the type at the end of the path. */
  readonly enclose: (selection: string) => string;
}

/**
 * Returns, by coordinate, an operation that selects each field of a schema, with as few others as possible. Required
 * arguments have invented values, and the id of no object; pages have one node.
 * @param avoid whether an operation should select another field instead, if it can
 */
export function exampleOperations(
  schema: GraphQLSchema,
  avoid: (coordinate: string) => boolean = () => false,
): ReadonlyMap<string, ExampleOperation> {
  const examples = new Map<string, ExampleOperation>();
  for (const [type, { kind, enclose }] of shortestPaths(schema, avoid)) {
    for (const field of Object.values(type.getFields())) {
      const selection = `${printCall(field)}${leafSelection(field.type, `${type.name}.${field.name}`, avoid)}`;
      examples.set(`${type.name}.${field.name}`, { kind, text: print(parse(`${kind} ${enclose(selection)}`)) });
    }
  }
  return examples;
}

/** Dijkstra's algorithm from the root types; the edges are fields. */
function shortestPaths(
  schema: GraphQLSchema,
  avoid: (coordinate: string) => boolean,
): ReadonlyMap<GraphQLObjectType, Path> {
  const paths = new Map<GraphQLObjectType, Path>();
  const found = new Map<GraphQLObjectType, Path>();
  const [query, mutation] = [schema.getQueryType(), schema.getMutationType()];
  const braces = (selection: string) => `{ ${selection} }`;
  if (query) found.set(query, { kind: 'query', cost: 0, enclose: braces });
  if (mutation) found.set(mutation, { kind: 'mutation', cost: MUTATION, enclose: braces });
  for (let next = cheapest(found); next !== undefined; next = cheapest(found)) {
    const [type, path] = next;
    found.delete(type);
    paths.set(type, path);
    for (const field of Object.values(type.getFields())) {
      const cost =
        path.cost +
        1 +
        REQUIRED_ARGUMENT * field.args.filter(isRequiredArgument).length +
        (avoid(`${type.name}.${field.name}`) ? AVOIDED_FIELD : 0);
      for (const to of possibleTypes(schema, getNamedType(field.type))) {
        if (paths.has(to) || (found.get(to)?.cost ?? Infinity) <= cost) continue;
        const narrow = (selection: string) =>
          isAbstractType(getNamedType(field.type)) ? `... on ${to.name} { ${selection} }` : selection;
        const enclose = (selection: string) => path.enclose(`${printCall(field)} { ${narrow(selection)} }`);
        found.set(to, { kind: path.kind, cost, enclose });
      }
    }
  }
  return paths;
}

function cheapest(paths: ReadonlyMap<GraphQLObjectType, Path>): [GraphQLObjectType, Path] | undefined {
  return [...paths].toSorted(([, path], [, other]) => path.cost - other.cost)[0];
}

/** Prints a selection set with one leaf for a composite type, and nothing for a leaf. */
function leafSelection(
  result: GraphQLOutputType,
  coordinate: string,
  avoid: (coordinate: string) => boolean,
  above: readonly string[] = [],
): string {
  const type = getNamedType(result);
  if (!isCompositeType(type)) return '';
  // Not `__typename` of an object: the rules of a type apply only where one of its fields is selected.
  if (!isObjectType(type) || above.includes(type.name)) return ' { __typename }';
  const fields = Object.values(type.getFields()).filter(({ args }) => !args.some(isRequiredArgument));
  const allowed = fields.filter(({ name }) => avoid(coordinate) || !avoid(`${type.name}.${name}`));
  const leaves = allowed.filter((field) => isLeafType(getNamedType(field.type)));
  const leaf = leaves.find(({ name }) => name === 'id') ?? leaves[0] ?? allowed[0] ?? fields[0];
  if (leaf === undefined) return ' { __typename }';
  return ` { ${printCall(leaf)}${leafSelection(leaf.type, `${type.name}.${leaf.name}`, avoid, [...above, type.name])} }`;
}

/** Prints a field with its required arguments, and with a page size of one if it has one. */
function printCall({ name, args }: Field): string {
  const given = args.flatMap((argument) => {
    if (isRequiredArgument(argument)) return [`${argument.name}: ${printValue(argument.type)}`];
    return argument.name === 'first' && String(getNamedType(argument.type)) === 'Int' ? ['first: 1'] : [];
  });
  return given.length > 0 ? `${name}(${given.join(', ')})` : name;
}

function printValue(type: GraphQLInputType): string {
  if (isNonNullType(type)) return printValue(type.ofType);
  if (isListType(type)) return '[]';
  if (isEnumType(type)) return type.getValues()[0]?.name ?? 'null';
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(isRequiredInputField);
    return `{ ${fields.map((field) => `${field.name}: ${printValue(field.type)}`).join(', ')} }`;
  }
  return { Int: '1', Float: '1', Boolean: 'true', ID: JSON.stringify(NO_ID) }[type.name] ?? '"Example"';
}
