import { OperatorError } from '../../server/operations/operator-error.ts';
import { descendantsOf, type Edit, type Name, type Node, type Source, unwrap, valueOf } from './source.ts';

/** Where a change is applied. */
export interface Scope extends Source {
  /** The declaration that the mutant names; the whole module when it names none. */
  readonly declaration: Node;
}

/** One way to break a declaration. */
export interface Change {
  /** As it is written in a list: `removeCall(onBreach)`. */
  readonly label: string;
  /** @throws {OperatorError} unless there is exactly one node that it can be applied to */
  edits(scope: Scope): readonly Edit[];
}

/**
 * Returns the one node of a list.
 * @throws {OperatorError} that says what to mend, when there is none or there are several
 */
export function only(found: readonly Node[], what: string): Node {
  const [node] = found;
  if (node !== undefined && found.length === 1) return node;
  const remedy = found.length === 0 ? 'it was renamed, moved or removed' : 'add a name that only one of them mentions';
  throw new OperatorError(`finds ${found.length} times ${what}, and needs exactly one: ${remedy}`);
}

/** The source text of a node. */
export const textOf = ({ text }: Source, { start, end }: Node): string => text.slice(start, end);

/** Replaces a node. */
export const replaceNode = ({ start, end }: Node, text: string): Edit => ({ start, end, text });

/**
 * Fills in the names that a list cannot know: `%0` is the first parameter of the declaration, `@0` the first argument of
 * the call that is replaced, `@this` the object that it is a method of.
 */
export function fillIn(code: string, scope: Scope, call?: Node): string {
  const argument = (index: number) => (call?.['arguments'] as Node[] | undefined)?.[index];
  const object = (call?.['callee'] as Node | undefined)?.['object'] as Node | undefined;
  const filledIn = (node: Node | undefined) => {
    if (node === undefined) throw new OperatorError(`writes "${code}" for a call that has no such part`);
    return textOf(scope, node);
  };
  return code
    .replaceAll(/%(\d)/g, (_, index: string) => parameterName(scope, Number(index)))
    .replaceAll(/@(\d)/g, (_, index: string) => filledIn(argument(Number(index))))
    .replaceAll('@this', () => filledIn(object));
}

function parameterName(scope: Scope, index: number): string {
  const parameter = (functionOf(scope.declaration)['params'] as Node[])[index];
  if (parameter === undefined) throw new OperatorError(`names parameter ${index}, which the function does not have`);
  const pattern = parameter.type === 'AssignmentPattern' ? (parameter['left'] as Node) : parameter;
  if (pattern.type !== 'Identifier') throw new OperatorError(`names parameter ${index}, which is destructured`);
  return pattern['name'] as string;
}

/** The function that a declaration is. */
export function functionOf(declaration: Node): Node {
  const value = unwrap(valueOf(declaration));
  if (value['body'] === undefined || !/Function/.test(value.type))
    throw new OperatorError(`needs a function, and this is a ${value.type}`);
  return value;
}

/** The name of an operation with its arguments, as a list writes it. */
export const labelOf = (operation: string, parts: readonly unknown[]) =>
  `${operation}(${parts.map(String).join(', ')})`;

/** Makes a change of the one node that matches; of nested ones the innermost. */
export function change(
  label: string,
  what: string,
  isMatch: (node: Node) => boolean,
  edits: (node: Node, scope: Scope) => Edit | readonly Edit[],
): Change {
  return {
    label,
    edits(scope) {
      const found = [...descendantsOf(scope.declaration)].filter(isMatch);
      return [edits(only(innermost(found), what), scope)].flat();
    },
  };
}

/** Of nested nodes the inner ones. */
export function innermost(found: readonly Node[]): Node[] {
  return found.filter(
    (node) => !found.some((other) => other !== node && other.start >= node.start && other.end <= node.end),
  );
}

/** For messages: which names a node must mention. */
export const described = (names: readonly Name[]) =>
  names.length === 0 ? '' : ` that mentions ${names.join(' and ')}`;
