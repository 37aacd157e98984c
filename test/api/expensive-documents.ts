const times = (count: number, write: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => write(index)).join(' ');
const nested = (count: number, open: string, inside: string, close: string) =>
  open.repeat(count) + inside + close.repeat(count);
const doubling = (length: number, end: string) =>
  `${times(length, (n) => `fragment F${n} on Query { ...F${n + 1} ...F${n + 1} }`)} fragment F${length} on Query { ${end} }`;
const PAGE = 'tasks(first: 100) { nodes { id } edges { node { id } } }';

/** A class of expensive documents: a small size above its limit, the largest size that fits a body, and the documents. */
export type ExpensiveClass = readonly [small: number, large: number, write: (size: number) => string];

/** Classes of expensive documents (THREATS "Cost"). */
export const EXPENSIVE_CLASSES: Readonly<Record<string, ExpensiveClass>> = {
  width: [600, 3_900, (n) => `{ ${times(n, (i) => `x${i}`)} }`],
  'repeated fields': [200, 3_900, (n) => `{ ${times(n, () => '__typename')} }`],
  'repeated fields with arguments': [120, 300, (n) => `{ ${times(n, () => 'task(id: "a") { id }')} }`],
  'repeated fields in repeated fields': [
    20,
    60,
    (n) => `{ ${times(n, () => `tasks { ${times(20, () => 'totalCount')} }`)} }`,
  ],
  aliases: [100, 1_900, (n) => `{ ${times(n, (i) => `a${i}: __typename`)} }`],
  'aliased pages': [25, 30, (n) => `{ ${times(n, (i) => `a${i}: ${PAGE}`)} }`],
  'pages of long texts': [6, 30, (n) => `{ ${times(n, (i) => `a${i}: tasks(first: 100) { nodes { description } }`)} }`],
  'repeated long texts': [6, 30, (n) => `{ tasks(first: 100) { nodes { ${times(n, (i) => `a${i}: description`)} } } }`],
  'aliased mutations': [40, 300, (n) => `mutation { ${times(n, (i) => `a${i}: deleteTask(id: "x")`)} }`],
  depth: [40, 1_300, (n) => nested(n, '{ a ', '', '}')],
  'inline fragments': [40, 1_300, (n) => `{ ${nested(n, '... { ', '__typename ', '}')} }`],
  'a chain of fragments': [
    30,
    500,
    (n) =>
      `{ ...F0 } ${times(n, (i) => `fragment F${i} on Query { ...F${i + 1} }`)} fragment F${n} on Query { __typename }`,
  ],
  'doubling fragments': [10, 400, (n) => `{ ...F0 } ${doubling(n, '__typename')}`],
  'directives on one field': [20, 700, (n) => `{ __typename ${times(n, () => '@include(if: true)')} }`],
  'unknown directives': [20, 1_300, (n) => `{ __typename ${times(n, (i) => `@d${i}`)} }`],
  'directives on many fields': [120, 450, (n) => `{ ${times(n, () => '... @skip(if: true) { __typename }')} }`],
  operations: [60, 600, (n) => times(n, (i) => `query q${i} { __typename }`)],
  fragments: [60, 500, (n) => `{ __typename } ${times(n, (i) => `fragment F${i} on Query { __typename }`)}`],
  variables: [60, 800, (n) => `query (${times(n, (i) => `$v${i}: Int`)}) { __typename }`],
  'lists in a value': [20, 1_900, (n) => `{ tasks(after: ${nested(n, '[', '', ']')}) { totalCount } }`],
  'objects in a value': [20, 950, (n) => `{ tasks(after: ${nested(n, '{a:', '1', '}')}) { totalCount } }`],
  'lists in a type': [20, 1_900, (n) => `query ($v: ${nested(n, '[', 'Int', ']')}) { __typename }`],
  'introspection in breadth': [
    6,
    8,
    (n) =>
      `{ __schema { types { ${times(n, (i) => `a${i}: fields { type { ${times(n, (j) => `b${j}: fields { type { name } }`)} } }`)} } } }`,
  ],
  'repeated introspection': [
    15,
    29,
    (n) => `{ ${times(n, (i) => `a${i}: __schema { types { fields { args { type { name } } type { name } } } }`)} }`,
  ],
  tokens: [4_001, 40_000, (n) => `{ ${times(n, () => 'a')} }`],
};

/** Returns the largest size from 1 to `small` of which `isAccepted` accepts the document; 0 if none. */
export function largestAccepted([small, , write]: ExpensiveClass, isAccepted: (text: string) => boolean): number {
  let [accepted, refused] = [0, small];
  while (refused - accepted > 1) {
    const middle = Math.floor((accepted + refused) / 2);
    if (isAccepted(write(middle))) accepted = middle;
    else refused = middle;
  }
  return accepted;
}
