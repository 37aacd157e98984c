import fs from 'node:fs';
import path from 'node:path';
import {
  entriesOf,
  readRegistry,
  type Registry,
  type Requirement,
  REQUIREMENTS_FILE,
  type Threat,
  THREATS_FILE,
} from './registry.ts';
import { readTestFile } from './test-calls.ts';

/** A test, or a group of tests, with a tag. */
export interface CoveringTest {
  readonly title: string;
  /** Path from the root, with slashes. */
  readonly file: string;
  readonly line: number;
  /** All ids of its tag. */
  readonly ids: readonly string[];
}

/** The registry and the tests that cover it. */
export interface Coverage {
  readonly registry: Registry;
  /** The tests of each id: first those beside the files that implement its defence, then by path and line. */
  readonly tests: ReadonlyMap<string, readonly CoveringTest[]>;
  /** What is wrong with tags, one sentence each, with file, line and what to do. */
  readonly problems: readonly string[];
}

const IS_TEST = /\.(test\.tsx?|spec\.ts)$/;
const isForeign = (name: string) => name.startsWith('.') || name === 'node_modules' || name === 'generated';

/**
 * Reads the registry and the tags of all test files. Folders that begin with a dot, `node_modules` and `generated`
 * are left out.
 * @param root the repository's folder
 * @throws {Error} if the registry has the wrong form
 * @throws {SyntaxError} if a test file cannot be parsed
 */
export function readCoverage(root: string): Coverage {
  const registry = readRegistry(root);
  const entries = entriesOf(registry);
  const known = new Set(entries.map(({ id }) => id));
  const tests: CoveringTest[] = [];
  const problems: string[] = [];
  for (const file of testFilesIn(root)) {
    const source = fs.readFileSync(path.join(root, file), 'utf8');
    if (!/covers/i.test(source)) continue;
    const { tags, malformed } = readTestFile(file, source);
    for (const line of malformed)
      problems.push(`${file}:${line}: this tag cannot be read: write it as \`// covers: TOKEN-03, FR-012\`.`);
    for (const { ids, line, title } of tags) {
      if (title === null)
        problems.push(
          `${file}:${line}: this tag is not directly above a test: move it to the line above \`test(\`, \`it(\` or \`describe(\`.`,
        );
      else tests.push({ title, file, line, ids });
      const sorted = [...new Set(ids)].toSorted().join(', ');
      if (sorted !== ids.join(', '))
        problems.push(`${file}:${line}: the ids are not sorted, or not unique: write \`// covers: ${sorted}\`.`);
      for (const id of ids.filter((name) => !known.has(name)))
        problems.push(
          `${file}:${line}: the tag names the unknown id ${id}: correct it, or add it to ${THREATS_FILE} or ${REQUIREMENTS_FILE}.`,
        );
    }
  }
  return { registry, tests: new Map(entries.map((entry) => [entry.id, testsOf(entry, tests)])), problems };
}

function testsOf(entry: Threat | Requirement, tests: readonly CoveringTest[]): readonly CoveringTest[] {
  const stem = (file: string) => file.replace(/(\.test)?\.tsx?$/, '');
  const sources = 'files' in entry ? entry.files.map(stem) : [];
  const rank = ({ file }: CoveringTest) => sources.indexOf(stem(file)) + 1 || sources.length + 1;
  const covering = distinct(tests.filter(({ ids }) => ids.includes(entry.id)));
  return covering.toSorted((one, other) => rank(one) - rank(other));
}

/** Leaves out tests of one file that have the same title: in a document they cannot be told apart. */
function distinct(tests: readonly CoveringTest[]): readonly CoveringTest[] {
  const isFirst = ({ file, title }: CoveringTest, index: number) =>
    tests.findIndex((other) => other.file === file && other.title === title) === index;
  return tests.filter(isFirst);
}

function* testFilesIn(root: string, folder = ''): Generator<string> {
  const entries = fs.readdirSync(path.join(root, folder), { withFileTypes: true });
  for (const entry of entries.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
    if (isForeign(entry.name)) continue;
    const file = path.posix.join(folder, entry.name);
    if (entry.isDirectory()) yield* testFilesIn(root, file);
    else if (IS_TEST.test(entry.name)) yield file;
  }
}
