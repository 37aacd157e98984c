import fs from 'node:fs';
import path from 'node:path';
import { type Coverage, readCoverage } from './coverage.ts';
import { entriesOf, REQUIREMENTS_FILE, THREATS_FILE } from './registry.ts';
import {
  COVERAGE_FILE,
  pathsIn,
  renderCoverage,
  renderSecurity,
  renderTests,
  sectionsOf,
  SECURITY_FILE,
  TESTS_FILE,
} from './render.ts';

/**
 * Checks that every threat and requirement is proved, that the registry names files that exist and that the generated
 * documents are up to date.
 * @param root the repository's folder
 * @returns what is wrong, one sentence each, with the file and what to do; empty if nothing is
 * @throws {Error} if the registry has the wrong form
 * @throws {SyntaxError} if a test file cannot be parsed
 */
export function checkTraceability(root: string): string[] {
  const coverage = readCoverage(root);
  return [
    ...coverage.problems,
    ...registryProblems(root, coverage),
    ...sectionProblems(root, coverage),
    ...documentsOf(root, coverage)
      .filter(({ file, text }) => textOf(root, file) !== text)
      .map(
        ({ file }) => `${file}:1: the document has drifted from the tags and the registry: run \`npm run codegen\`.`,
      ),
  ];
}

/**
 * Writes the generated parts of docs/security.md and test/README.md, and test/coverage.md.
 * @param root the repository's folder
 * @returns the paths of the files that changed
 * @throws {Error} if the registry has the wrong form
 * @throws {SyntaxError} if a test file cannot be parsed
 */
export function writeTraceability(root: string): string[] {
  const changed = documentsOf(root, readCoverage(root)).filter(({ file, text }) => textOf(root, file) !== text);
  for (const { file, text } of changed) fs.writeFileSync(path.join(root, file), text);
  return changed.map(({ file }) => file);
}

function documentsOf(root: string, coverage: Coverage) {
  return [
    { file: SECURITY_FILE, text: renderSecurity(textOf(root, SECURITY_FILE), coverage) },
    { file: TESTS_FILE, text: renderTests(textOf(root, TESTS_FILE), coverage) },
    { file: COVERAGE_FILE, text: renderCoverage(coverage) },
  ];
}

/** Returns the text of a file, or nothing if it is not there. */
function textOf(root: string, file: string): string {
  return fs.existsSync(path.join(root, file)) ? fs.readFileSync(path.join(root, file), 'utf8') : '';
}

function registryProblems(root: string, { registry, tests }: Coverage): string[] {
  const entries = entriesOf(registry);
  const threats = new Set<unknown>(registry.threats.flatMap((group) => group.threats));
  const texts = { [THREATS_FILE]: textOf(root, THREATS_FILE), [REQUIREMENTS_FILE]: textOf(root, REQUIREMENTS_FILE) };
  return entries.flatMap((entry, index) => {
    const file = threats.has(entry) ? THREATS_FILE : REQUIREMENTS_FILE;
    const at = `${file}:${lineOf(texts[file], entry.id)}: ${entry.id}`;
    const sameAs = 'sameAs' in entry ? (entry.sameAs ?? []) : [];
    const isProved = (tests.get(entry.id) ?? []).length > 0 || sameAs.length > 0 || entry.evidence !== undefined;
    const named = [...('files' in entry ? entry.files : []), ...Object.values(entry).flatMap(pathsInValue)];
    return [
      entries.findIndex(({ id }) => id === entry.id) === index ? [] : [`${at} is there twice: give it another id.`],
      isProved || entry.notBuilt !== undefined
        ? []
        : [`${at} has no proof: tag a test with \`// covers: ${entry.id}\`, or write \`evidence\` or \`notBuilt\`.`],
      sameAs
        .filter((id) => !tests.has(id) || id === entry.id)
        .map((id) => `${at} is the same as ${id}, which is no other entry: correct \`sameAs\`.`),
      named
        .filter((name) => !fs.existsSync(path.join(root, name)))
        .map((name) => `${at} names ${name}, which does not exist: correct the path.`),
    ].flat();
  });
}

const pathsInValue = (value: unknown) => (typeof value === 'string' ? pathsIn(value) : []);

function lineOf(text: string, id: string): number {
  return text.slice(0, Math.max(text.indexOf(`"id": "${id}"`), 0)).split('\n').length;
}

/** Each section of the registry has one place in its document, and each place a section. */
function sectionProblems(root: string, { registry }: Coverage): string[] {
  const pairs = [
    [SECURITY_FILE, THREATS_FILE, registry.threats],
    [TESTS_FILE, REQUIREMENTS_FILE, registry.requirements],
  ] as const;
  return pairs.flatMap(([document, file, groups]) => {
    const names = groups.map(({ section }) => section);
    const places = sectionsOf(textOf(root, document));
    return [
      ...names
        .filter((name) => places.filter((place) => place === name).length !== 1)
        .map(
          (name) =>
            `${document}:1: section ${name} of ${file} needs one place: write \`<!-- generated: ${name} -->\` and \`<!-- end of generated -->\` on lines of their own.`,
        ),
      ...places
        .filter((name) => !names.includes(name))
        .map((name) => `${document}:1: ${file} has no section ${name}: remove the marks or add the section.`),
    ];
  });
}
