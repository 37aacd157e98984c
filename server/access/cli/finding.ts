import { type ASTNode, type GraphQLSchema, resolveSchemaCoordinate } from 'graphql';
import { AccessPolicyError, checkSchema, InvalidSchemaError, type Problem } from '../index.ts';
import { locationOf } from '../schema-problem.ts';
import { loadInput } from './load-input.ts';

/** One thing to correct in a schema, with its place. */
export interface Finding {
  /** The name of the schema rule; `invalidSchema` if the files are not a valid schema. */
  readonly rule: string;
  /** The schema coordinate; null if the files are not a valid schema. */
  readonly coordinate: string | null;
  readonly message: string;
  /** How to correct it; null if the message says so. */
  readonly fix: string | null;
  /** Null if the element was built by code, or is missing. */
  readonly place: Place | null;
}

/** A place in a file; `line` and `column` start at 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/**
 * Returns every violation of the schema rules, in the order of files and lines.
 * @throws {UsageError} if there is no schema
 */
export async function findingsOf(
  references: readonly string[],
  otherDirectives: readonly string[],
): Promise<readonly Finding[]> {
  try {
    const { schema, problems } = await loadInput(references);
    return inOrder([...problems, ...problemsOf(schema, otherDirectives)].map((problem) => toFinding(schema, problem)));
  } catch (error) {
    if (!(error instanceof InvalidSchemaError)) throw error;
    return inOrder(
      error.errors.map(({ message, nodes, source, locations }) => {
        const [location] = locations ?? [];
        const place = placeOf(nodes?.at(-1)) ?? (source && location ? { file: source.name, ...location } : null);
        return { rule: 'invalidSchema', coordinate: null, message, fix: null, place };
      }),
    );
  }
}

/** Returns the violations of the schema rules; empty if the schema is a complete access policy. */
export function problemsOf(schema: GraphQLSchema, otherDirectives: readonly string[]): readonly Problem[] {
  try {
    checkSchema(schema, { otherDirectives });
    return [];
  } catch (error) {
    if (error instanceof AccessPolicyError) return error.problems;
    throw error;
  }
}

function toFinding(schema: GraphQLSchema, { rule, coordinate, message, fix, location }: Problem): Finding {
  if (location === null) return { rule, coordinate, message, fix, place: null };
  // A problem has a file and a line. Editors also need a column: that of the node of the element on this line, and if
  // there are several, of the directive that the message names.
  const nodes = nodesAt(schema, coordinate).filter((node) => {
    const at = locationOf(node);
    return at?.file === location.file && at.line === location.line;
  });
  const named = nodes.find((node) => node.kind === 'Directive' && message.includes(`@${node.name.value}`));
  const place = placeOf(named ?? nodes[0]);
  return { rule, coordinate, message, fix, place: { ...location, column: place?.column ?? 1 } };
}

/** Returns the definition and the extensions of an element, and the directives on them. */
function nodesAt(schema: GraphQLSchema, coordinate: string): readonly ASTNode[] {
  const element = coordinate === 'schema' ? schema : elementAt(schema, coordinate);
  if (element === undefined) return [];
  const extensions = 'extensionASTNodes' in element ? (element.extensionASTNodes as readonly ASTNode[]) : [];
  const nodes = [element.astNode as ASTNode | null | undefined, ...extensions].filter((node) => node != null);
  return nodes.flatMap((node) => [node, ...('directives' in node ? (node.directives ?? []) : [])]);
}

function elementAt(schema: GraphQLSchema, coordinate: string) {
  const resolved = resolveSchemaCoordinate(schema, coordinate);
  switch (resolved?.kind) {
    case 'NamedType':
      return resolved.type;
    case 'Field':
      return resolved.field;
    case 'InputField':
      return resolved.inputField;
    case 'EnumValue':
      return resolved.enumValue;
    case 'FieldArgument':
      return resolved.fieldArgument;
    case 'Directive':
      return resolved.directive;
    case 'DirectiveArgument':
      return resolved.directiveArgument;
    default:
      return undefined;
  }
}

/** Returns the place of a node in its file; null if it has none. */
export function placeOf(node: ASTNode | null | undefined): Place | null {
  const location = locationOf(node);
  if (location === null || !node?.loc) return null;
  const { startToken, source } = node.loc;
  const offset = startToken.line === 1 ? source.locationOffset.column - 1 : 0;
  return { ...location, column: startToken.column + offset };
}

/** Sorts by file, line and column; what has no place comes first. */
export function inOrder<T extends { readonly place: Place | null }>(items: readonly T[]): readonly T[] {
  return items.toSorted(({ place: one }, { place: other }) => {
    if (one === null || other === null) return Number(one !== null) - Number(other !== null);
    if (one.file !== other.file) return one.file < other.file ? -1 : 1;
    return one.line - other.line || one.column - other.column;
  });
}

/** Formats a place as compilers do. */
export const formatPlace = ({ file, line, column }: Place): string => `${file}:${line}:${column}`;
