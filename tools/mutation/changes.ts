import {
  type Change,
  change,
  described,
  fillIn,
  functionOf,
  innermost,
  labelOf,
  only,
  replaceNode,
  type Scope,
  textOf,
} from './change.ts';
import { descendantsOf, isNode, mentions, type Name, type Node, nameOf, unwrap } from './source.ts';

/*
 * The operations of mutants on TypeScript. Each finds its node by names that are part of an interface: functions,
 * members, strings; never by local names, by layout or by wording. `names` narrow the choice: only a node that mentions
 * all of them, and of nested ones the innermost, is changed.
 */

const calleeOf = (node: Node): string | null =>
  node.type === 'CallExpression' || node.type === 'NewExpression' ? nameOf(node['callee']) : null;
const argumentsOf = (node: Node) => node['arguments'] as Node[];

/** The whole function returns this. */
export function returns(code: string): Change {
  return {
    label: labelOf('returns', [code]),
    edits(scope) {
      const body = functionOf(scope.declaration)['body'] as Node;
      return [replaceNode(body, `{ return ${fillIn(code, scope)}; }`)];
    },
  };
}

/** A statement that only calls a function is removed. */
export function removeCall(callee: string, ...names: readonly Name[]): Change {
  return change(
    labelOf('removeCall', [callee, ...names]),
    `a statement that calls ${callee}${described(names)}`,
    (node) => {
      if (node.type !== 'ExpressionStatement' || !mentions(node, names)) return false;
      let expression = unwrap(node['expression'] as Node);
      while (['AwaitExpression', 'UnaryExpression', 'ChainExpression'].includes(expression.type))
        expression = unwrap((expression['argument'] ?? expression['expression']) as Node);
      return calleeOf(expression) === callee;
    },
    (node) => replaceNode(node, '{}'),
  );
}

/** A `throw` is removed; the code after it runs. */
export function removeThrow(...names: readonly Name[]): Change {
  return throwIs('', ...names);
}

/** Another statement stands in place of a `throw`. */
export function throwIs(code: string, ...names: readonly Name[]): Change {
  return change(
    labelOf(code === '' ? 'removeThrow' : 'throwIs', code === '' ? names : [code, ...names]),
    `a throw${described(names)}`,
    (node) => node.type === 'ThrowStatement' && mentions(node, names),
    (node) => replaceNode(node, `{ ${code} }`),
  );
}

/** A call has another value: `@0` stands for its first argument, `@this` for the object it is a method of. */
export function callIs(callee: string, code: string, ...names: readonly Name[]): Change {
  return change(
    labelOf('callIs', [callee, code, ...names]),
    `a call of ${callee}${described(names)}`,
    (node) => calleeOf(node) === callee && mentions(node, names),
    (node, scope) => replaceNode(node, `(${fillIn(code, scope, node)})`),
  );
}

/** Another function or method is called: `some` for `every`. */
export function callInstead(callee: string, other: string, ...names: readonly Name[]): Change {
  return change(
    labelOf('callInstead', [callee, other, ...names]),
    `a call of ${callee}${described(names)}`,
    (node) => calleeOf(node) === callee && mentions(node, names),
    (node) => {
      const called = unwrap(node['callee'] as Node);
      return replaceNode(called.type === 'MemberExpression' ? (called['property'] as Node) : called, other);
    },
  );
}

/** A call has another argument. */
export function argumentIs(callee: string, index: number, code: string, ...names: readonly Name[]): Change {
  return change(
    labelOf('argumentIs', [callee, index, code, ...names]),
    `a call of ${callee} with ${index + 1} arguments or more${described(names)}`,
    (node) => calleeOf(node) === callee && argumentsOf(node).length > index && mentions(node, names),
    (node, scope) => replaceNode(argumentsOf(node)[index] as Node, fillIn(code, scope, node)),
  );
}

/** The condition of an `if`, or of a `?:`, always has one value. The names are in the condition. */
export function conditionIs(value: boolean, ...names: readonly Name[]): Change {
  return change(
    labelOf('conditionIs', [value, ...names]),
    `a condition${described(names)}`,
    (node) => isConditional(node) && mentions(node['test'] as Node, names),
    (node) => replaceNode(node['test'] as Node, String(value)),
  );
}

/** An `if` or `?:` always takes one branch. The names are in the condition or in what depends on it. */
export function branchIs(value: boolean, ...names: readonly Name[]): Change {
  return change(
    labelOf('branchIs', [value, ...names]),
    `an if or ?:${described(names)}`,
    (node) => isConditional(node) && mentionsInBranch(node, names),
    (node) => replaceNode(node['test'] as Node, String(value)),
  );
}

/** An `if` is never entered. */
export const skipIf = (...names: readonly Name[]): Change => ({
  ...branchIs(false, ...names),
  label: labelOf('skipIf', names),
});

/** What an `if` guards returns this; where it returned a call, `@0` stands for that call's first argument. */
export function branchReturns(code: string, ...names: readonly Name[]): Change {
  return change(
    labelOf('branchReturns', [code, ...names]),
    `an if${described(names)}`,
    (node) => node.type === 'IfStatement' && mentionsInBranch(node, names),
    (node, scope) => {
      const call = [...descendantsOf(node['consequent'] as Node)].find((inner) => calleeOf(inner) !== null);
      return replaceNode(node['consequent'] as Node, `return ${fillIn(code, scope, call)};`);
    },
  );
}

/** A `return` that mentions the names returns something else. */
export function returnIs(code: string, ...names: readonly Name[]): Change {
  return change(
    labelOf('returnIs', [code, ...names]),
    `a return${described(names)}`,
    (node) => node.type === 'ReturnStatement' && mentions(node, names),
    (node, scope) => replaceNode(node, `return ${fillIn(code, scope)};`),
  );
}

const isConditional = ({ type }: Node) => type === 'IfStatement' || type === 'ConditionalExpression';

function mentionsInBranch(node: Node, names: readonly Name[]): boolean {
  const parts =
    node.type === 'IfStatement'
      ? [node['test'], node['consequent']]
      : [node['test'], node['consequent'], node['alternate']];
  const branch: Node = { type: 'Branch', start: node.start, end: node.end, parts };
  return mentions(branch, names);
}

/** An operand of `&&`, `||` or `??` is left out. */
export function dropOperand(...names: readonly Name[]): Change {
  return {
    label: labelOf('dropOperand', names),
    edits(scope) {
      const operands = [...descendantsOf(scope.declaration)]
        .filter(({ type }) => type === 'LogicalExpression')
        .flatMap((node) => {
          const [left, right] = [node['left'] as Node, node['right'] as Node];
          return [
            { node: left, whole: node, other: right },
            { node: right, whole: node, other: left },
          ];
        })
        .filter(({ node }) => mentions(node, names));
      const operand = only(innermost(operands.map(({ node }) => node)), `an operand of && or ||${described(names)}`);
      const { whole, other } = operands.find(({ node }) => node === operand) as (typeof operands)[number];
      return [replaceNode(whole, `(${textOf(scope, other)})`)];
    },
  };
}

/** Of a chain of `&&` or `||` the first operand is left out. */
export function dropFirstOperand(...names: readonly Name[]): Change {
  return {
    label: labelOf('dropFirstOperand', names),
    edits(scope) {
      const chains = [...descendantsOf(scope.declaration)].filter(
        (node) => node.type === 'LogicalExpression' && mentions(node, names),
      );
      const [first] = chains;
      const others = chains.filter((node) => first === undefined || node.start < first.start || node.end > first.end);
      let whole = only(first === undefined ? [] : [first, ...others], `a chain of && or ||${described(names)}`);
      while ((whole['left'] as Node).type === 'LogicalExpression') whole = whole['left'] as Node;
      return [replaceNode(whole, `(${textOf(scope, whole['right'] as Node)})`)];
    },
  };
}

/** The block after `try`, or after `finally`, is empty. */
export function emptyBlock(keyword: 'try' | 'finally'): Change {
  const key = keyword === 'try' ? 'block' : 'finalizer';
  return change(
    labelOf('emptyBlock', [keyword]),
    `a try statement with ${keyword}`,
    (node) => node.type === 'TryStatement' && isNode(node[key]),
    (node) => replaceNode(node[key] as Node, '{}'),
  );
}

/** An operator is another one. */
export function operatorIs(operator: string, other: string, ...names: readonly Name[]): Change {
  return change(
    labelOf('operatorIs', [operator, other, ...names]),
    `an expression with ${operator}${described(names)}`,
    (node) => node.type === 'BinaryExpression' && node['operator'] === operator && mentions(node, names),
    (node, scope) =>
      replaceNode(node, `(${textOf(scope, node['left'] as Node)}) ${other} (${textOf(scope, node['right'] as Node)})`),
  );
}

/** Of what a loop goes through, only the first is reached. The names are anywhere in the loop. */
export function firstOnly(...names: readonly Name[]): Change {
  const loops = ['ForOfStatement', 'ForStatement', 'WhileStatement', 'DoWhileStatement'];
  return change(
    labelOf('firstOnly', names),
    `a loop${described(names)}`,
    (node) => loops.includes(node.type) && mentions(node, names),
    (node, scope) => {
      if (node.type === 'ForOfStatement') {
        const list = node['right'] as Node;
        return replaceNode(list, `[...(${textOf(scope, list)})].slice(0, 1)`);
      }
      const body = node['body'] as Node;
      return replaceNode(body, `{ ${textOf(scope, body)} break; }`);
    },
  );
}

/** A case of a `switch` does nothing. */
export function emptyCase(...names: readonly Name[]): Change {
  return caseDoes(() => 'break;', names, 'emptyCase');
}

/** A case of a `switch` does what another case does. */
export function caseAs(name: Name, other: Name): Change {
  return caseDoes(
    (scope) => {
      const found = [...descendantsOf(scope.declaration)].filter((node) => isCase(node, [other]));
      return (only(found, `a case ${String(other)}`)['consequent'] as Node[])
        .map((each) => textOf(scope, each))
        .join(' ');
    },
    [name],
    'caseAs',
  );
}

const isCase = (node: Node, names: readonly Name[]) =>
  node.type === 'SwitchCase' && isNode(node['test']) && mentions(node['test'], names);

function caseDoes(code: (scope: Scope) => string, names: readonly Name[], operation: string): Change {
  return change(
    labelOf(operation, names),
    `a case${described(names)}`,
    (node) => isCase(node, names),
    (node, scope) => {
      const statements = node['consequent'] as Node[];
      const [first, last] = [statements.at(0) as Node, statements.at(-1) as Node];
      return { start: first.start, end: last.end, text: code(scope) };
    },
  );
}
