import { type Change, change, described, labelOf, only, replaceNode, textOf } from './change.ts';
import { descendantsOf, type Edit, isNode, mentions, type Name, type Node, nameOf, valueOf } from './source.ts';

/*
 * The operations of mutants on objects, arrays, strings and single names. For `names` see changes.ts.
 */

/** A constant has another value. */
export function valueIs(code: string): Change {
  return {
    label: labelOf('valueIs', [code]),
    edits: (scope) => [replaceNode(valueOf(scope.declaration), code)],
  };
}

/** A property of an object literal. */
function isProperty(node: Node, key: string): boolean {
  return node.type === 'ObjectExpression' && propertiesOf(node).some((property) => nameOf(property['key']) === key);
}
const propertiesOf = (object: Node) => object['properties'] as Node[];
const propertyOf = (object: Node, key: string) =>
  propertiesOf(object).find((property) => nameOf(property['key']) === key) as Node;

/** A property of an object literal is left out. */
export function dropProperty(key: string, ...names: readonly Name[]): Change {
  return change(
    labelOf('dropProperty', [key, ...names]),
    `an object literal with ${key}${described(names)}`,
    (node) => isProperty(node, key) && mentions(node, names),
    (object) => removeListed(propertiesOf(object), propertyOf(object, key)),
  );
}

/** A property of an object literal has another value. */
export function propertyIs(key: string, code: string, ...names: readonly Name[]): Change {
  return change(
    labelOf('propertyIs', [key, code, ...names]),
    `an object literal with ${key}${described(names)}`,
    (node) => isProperty(node, key) && mentions(node, names),
    (object, scope) => {
      const property = propertyOf(object, key);
      const value = property['value'] as Node;
      return property['shorthand'] === true || property['method'] === true
        ? replaceNode(property, `${textOf(scope, property['key'] as Node)}: ${code}`)
        : replaceNode(value, code);
    },
  );
}

/** A property that overrides what is spread before it no longer does. */
export function overrides(...names: readonly Name[]): Change {
  const follows = (object: Node) => {
    const properties = propertiesOf(object);
    const spread = properties.findIndex(({ type }) => type === 'SpreadElement');
    return properties.filter((property, index) => spread >= 0 && index > spread && mentions(property, names));
  };
  return change(
    labelOf('overrides', names),
    `an object literal with a spread before a property${described(names)}`,
    (node) => node.type === 'ObjectExpression' && follows(node).length === 1,
    (object, scope) => {
      const [property] = follows(object) as [Node];
      const others = propertiesOf(object).filter((other) => other !== property);
      return replaceNode(object, `{ ${[property, ...others].map((each) => textOf(scope, each)).join(', ')} }`);
    },
  );
}

/** An element of an array literal is left out. */
export function dropElement(...names: readonly Name[]): Change {
  const matching = (array: Node) => elementsOf(array).filter((element) => mentions(element, names));
  return change(
    labelOf('dropElement', names),
    `an array literal with one element${described(names)}`,
    (node) => node.type === 'ArrayExpression' && matching(node).length === 1,
    (array) => removeListed(elementsOf(array), matching(array)[0] as Node),
  );
}
const elementsOf = (array: Node) => (array['elements'] as (Node | null)[]).filter(isNode);

/** Of the one array literal that joins several others, one is left out. */
export function dropSpread(index: number): Change {
  const spreads = (array: Node) => elementsOf(array).filter(({ type }) => type === 'SpreadElement');
  return change(
    labelOf('dropSpread', [index]),
    'an array literal that joins others',
    (node) => node.type === 'ArrayExpression' && spreads(node).length > 1,
    (array) => removeListed(elementsOf(array), spreads(array)[index] as Node),
  );
}

/** Of an array literal only one element is left. */
export function keepElement(...names: readonly Name[]): Change {
  return change(
    labelOf('keepElement', names),
    `an array literal of several elements${described(names)}`,
    (node) => node.type === 'ArrayExpression' && elementsOf(node).length > 1 && mentions(node, names),
    (array, scope) => {
      const element = only(
        elementsOf(array).filter((each) => mentions(each, names)),
        `an element${described(names)}`,
      );
      return replaceNode(array, `[${textOf(scope, element)}]`);
    },
  );
}

/** Removes an item with the comma that belongs to it. */
function removeListed(list: readonly Node[], item: Node): Edit {
  const index = list.indexOf(item);
  const [previous, next] = [list[index - 1], list[index + 1]];
  if (next !== undefined) return { start: item.start, end: next.start, text: '' };
  return { start: previous?.end ?? item.start, end: item.end, text: '' };
}

/** `list[index]` always reads the same index. */
export function indexIs(code: string): Change {
  return change(
    labelOf('indexIs', [code]),
    'a computed member',
    (node) => node.type === 'MemberExpression' && node['computed'] === true,
    (node) => replaceNode(node['property'] as Node, code),
  );
}

/** One name is written for another. */
export function nameIs(name: string, other: string): Change {
  return change(
    labelOf('nameIs', [name, other]),
    `the name ${name}`,
    (node) => node.type === 'Identifier' && node['name'] === name,
    (node) => replaceNode(node, other),
  );
}

/** A part of a string is another one. For SQL alone: the find text is code there, and no wording. */
export function replaceStringPart(find: RegExp, text: string): Change {
  return {
    label: labelOf('replaceStringPart', [find, text]),
    edits(scope) {
      const pattern = new RegExp(find, 'g');
      const found = [...descendantsOf(scope.declaration)]
        .filter(({ type, value }) => type === 'TemplateElement' || (type === 'Literal' && typeof value === 'string'))
        .flatMap((node) =>
          [...textOf(scope, node).matchAll(pattern)].map((match) => ({
            type: 'StringPart',
            start: node.start + match.index,
            end: node.start + match.index + match[0].length,
          })),
        );
      const part = only(found, `the text ${String(find)} in a string`);
      return [replaceNode(part, textOf(scope, part).replace(find, text))];
    },
  };
}
