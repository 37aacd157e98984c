import { parseSync } from 'vite';
import { OperatorError } from '../../server/operations/operator-error.ts';

/** A node of the ESTree that oxc makes of TypeScript; positions are UTF-16 offsets in the source. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

/** One replacement in a source text. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A parsed source file. */
export interface Source {
  readonly text: string;
  readonly program: Node;
}

/**
 * Parses TypeScript, TSX or JavaScript.
 * @throws {OperatorError} with the first syntax error
 */
export function parseSource(file: string, text: string): Source {
  const { program, errors } = parseSync(file, text, { preserveParens: false, astType: 'ts' });
  if (errors.length > 0) throw new OperatorError(`${file} does not parse: ${errors[0]?.message}`);
  return { text, program: program as unknown as Node };
}

/** Applies edits, which must not overlap. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  let result = text;
  for (const { start, end, text: replacement } of edits.toSorted((a, b) => b.start - a.start))
    result = result.slice(0, start) + replacement + result.slice(end);
  return result;
}

export const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';

/** Type annotations run nothing, and a mutant that named one would break when it changes. */
const WRAPPERS = ['TSAsExpression', 'TSSatisfiesExpression', 'TSNonNullExpression'];

/** The nodes right below a node, in the order of the source; types are left out. */
export function childrenOf(node: Node): Node[] {
  return Object.values(node)
    .flat()
    .filter((value): value is Node => isNode(value) && (!value.type.startsWith('TS') || WRAPPERS.includes(value.type)))
    .toSorted((a, b) => a.start - b.start);
}

/** A node and every node below it, parents first. */
export function* descendantsOf(node: Node): Generator<Node> {
  yield node;
  for (const child of childrenOf(node)) yield* descendantsOf(child);
}

/** The expression inside of `as`, `satisfies` and `!`. */
export function unwrap(node: Node): Node {
  return WRAPPERS.includes(node.type) ? unwrap(node['expression'] as Node) : node;
}

/** What a selector names: an identifier, a member, or a whole string; or a pattern for a part of a string. */
export type Name = string | RegExp;

/** Whether an identifier, member or literal below the node has each of the names. */
export function mentions(node: Node, names: readonly Name[]): boolean {
  const found = [...descendantsOf(node)].flatMap(textsOf);
  return names.every((name) =>
    found.some((text) => (typeof name === 'string' ? text === name : text.length > 1 && name.test(text))),
  );
}

function textsOf(node: Node): string[] {
  switch (node.type) {
    case 'Identifier':
      return [node['name'] as string];
    case 'PrivateIdentifier':
      return [`#${node['name'] as string}`];
    case 'Literal':
      return [typeof node['value'] === 'string' ? node['value'] : String(node['raw'])];
    case 'TemplateElement':
      return [(node['value'] as { cooked: string }).cooked];
    default:
      return [];
  }
}

/** The name of a key, of a declared variable, or of what is called: the last part of `a.b.c`. */
export function nameOf(node: unknown): string | null {
  if (!isNode(node)) return null;
  if (node.type === 'MemberExpression') return nameOf(node['property']);
  if (node.type === 'ChainExpression') return nameOf(node['expression']);
  return WRAPPERS.includes(node.type) ? nameOf(unwrap(node)) : (textsOf(node)[0] ?? null);
}

/**
 * Finds a declaration by its path: `authorize`, `ViewerDatabase.runTransaction`, `taskMutations.deleteTask`. The first
 * part is a function, class or variable of the module; each further part a method, property, function or variable
 * inside.
 * @returns all that have this path: a caller needs exactly one
 */
export function declarationsAt(program: Node, path: string): readonly Node[] {
  const [first, ...rest] = path.split('.');
  let found = topLevelDeclarations(program).filter((node) => declaredName(node) === first);
  for (const part of rest)
    found = found.flatMap((outer) => innerDeclarations(outer).filter((node) => declaredName(node) === part));
  return found;
}

/** The names of what a module declares. */
export function declaredNames(program: Node): readonly string[] {
  return topLevelDeclarations(program).flatMap((node) => declaredName(node) ?? []);
}

function topLevelDeclarations(program: Node): Node[] {
  return (program['body'] as Node[]).flatMap((statement) => {
    const declaration = isNode(statement['declaration']) ? statement['declaration'] : statement;
    return declaration.type === 'VariableDeclaration' ? (declaration['declarations'] as Node[]) : declaration;
  });
}

function innerDeclarations(outer: Node): Node[] {
  const patterns = new Set<Node>();
  return [...descendantsOf(outer)].filter((node) => {
    if (node.type === 'ObjectPattern') for (const property of childrenOf(node)) patterns.add(property);
    return node !== outer && !patterns.has(node) && declaredName(node) !== null;
  });
}

function declaredName(node: Node): string | null {
  switch (node.type) {
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
    case 'VariableDeclarator':
      return nameOf(node['id']);
    case 'MethodDefinition':
    case 'PropertyDefinition':
    case 'Property':
      return node['computed'] === true ? null : nameOf(node['key']);
    default:
      return null;
  }
}

/** What a declaration holds: the initializer of a variable, the function of a method; else the declaration itself. */
export function valueOf(declaration: Node): Node {
  const value = declaration['init'] ?? declaration['value'];
  return isNode(value) ? unwrap(value) : declaration;
}
