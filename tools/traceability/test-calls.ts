import { type ESTree, parseSync, Visitor } from 'vite';
import { ID_FORM } from './registry.ts';

/** A call that declares a test or a group of tests. */
export interface TestCall {
  /** The title as it stands in the source: placeholders of `each` and of template strings are not filled in. */
  readonly title: string;
  /** The line, from 1, on which the whole call starts: that of `test` in `test.each(…)('title', …)`. */
  readonly line: number;
}

/** A tag: the comment `// covers: TOKEN-03, FR-012` directly above a test. */
export interface Tag {
  readonly ids: readonly string[];
  readonly line: number;
  /** The title of the test or group on the next line; null if there is none. */
  readonly title: string | null;
}

/** What a test file declares. */
export interface TestFile {
  readonly calls: readonly TestCall[];
  readonly tags: readonly Tag[];
  /** The lines of comments that look like a tag but cannot be read as one, e.g. without the colon. */
  readonly malformed: readonly number[];
}

const TEST_FUNCTIONS: ReadonlySet<string> = new Set(['test', 'it', 'describe', 'suite']);
const TAG = new RegExp(`^ covers: (${ID_FORM}(?:, ${ID_FORM})*)$`);
/** Begins like a tag and goes on like an id. */
const TAG_LIKE = /^\W*covers?\b\W*[A-Z]+-?\d/i;

/**
 * Reads the tests and tags of a test file of vitest or Playwright, without running it.
 * @param file the file's path; its extension decides whether JSX is allowed
 * @throws {SyntaxError} if the file cannot be parsed
 */
export function readTestFile(file: string, source: string): TestFile {
  const { program, comments, errors } = parseSync(file, source);
  if (errors[0] !== undefined) throw new SyntaxError(`${file} cannot be parsed: ${errors[0].message}`);
  const lineOf = lineFinder(source);
  const calls: TestCall[] = [];
  new Visitor({
    CallExpression(call) {
      const title = titleOf(call, source);
      if (title !== null && TEST_FUNCTIONS.has(functionName(call.callee)))
        calls.push({ title, line: lineOf(call.start) });
    },
  }).visit(program);
  const tags: Tag[] = [];
  const malformed: number[] = [];
  for (const { type, value, start } of comments) {
    const line = lineOf(start);
    const [, ids] = (type === 'Line' && TAG.exec(value)) || [];
    if (ids !== undefined)
      tags.push({ ids: ids.split(', '), line, title: calls.find((call) => call.line === line + 1)?.title ?? null });
    else if (TAG_LIKE.test(value)) malformed.push(line);
  }
  return { calls, tags, malformed };
}

/** Returns the first argument of a call if it is a string or a template string, as written; else null. */
function titleOf({ arguments: [title] }: ESTree.CallExpression, source: string): string | null {
  if (title?.type === 'Literal' && typeof title.value === 'string') return title.value;
  if (title?.type !== 'TemplateLiteral') return null;
  return source.slice(title.start + 1, title.end - 1).replaceAll(/\\(.)/g, '$1');
}

/** Returns `test` for `test`, `test.only`, `test.each(…)`, `test.skipIf(…).each(…)` and `` test.each`…` ``. */
function functionName(callee: ESTree.Expression): string {
  switch (callee.type) {
    case 'Identifier':
      return callee.name;
    case 'MemberExpression':
      return functionName(callee.object);
    case 'CallExpression':
      return functionName(callee.callee);
    case 'TaggedTemplateExpression':
      return functionName(callee.tag);
    default:
      return '';
  }
}

/** Returns a function from an offset in the source to its line, from 1. */
function lineFinder(source: string): (offset: number) => number {
  const starts = [0, ...[...source.matchAll(/\n/g)].map(({ index }) => index + 1)];
  return (offset) => {
    const next = starts.findIndex((start) => start > offset);
    return next === -1 ? starts.length : next;
  };
}
