import fs from 'node:fs';
import path from 'node:path';
import { ERROR_GUIDE, INPUT_RULE_GUIDE } from '../../server/error-guide.ts';
import { INPUT_RULES, PUBLIC_CODES, type PublicCode } from '../../server/errors.ts';
import { ACCOUNT_ERROR_GUIDE } from '../../web/auth/account-error-guide.ts';

/** The document for authors of clients, relative to the repository's folder. */
export const CLIENTS_FILE = 'docs/clients.md';

/** The example that the document shows; its files are shown in this order. */
export const EXAMPLE_FOLDER = 'docs/examples/typed-client';
const EXAMPLE_FILES = [
  'package.json',
  'tsconfig.json',
  'codegen.ts',
  'src/environment.ts',
  'src/session.ts',
  'src/api.ts',
  'src/main.ts',
];

/** The marks around a generated part; what stands outside of them is hand-written. */
const SECTION = /(<!-- generated: ([\w-]+) -->\n)[\s\S]*?(<!-- end of generated -->)/g;

const PARTS: Readonly<Record<string, (root: string) => readonly string[]>> = {
  'typed-client': exampleFiles,
  'api-errors': () =>
    table(
      ['code', 'status', 'meaning', 'what to do'],
      (Object.keys(PUBLIC_CODES) as PublicCode[]).map((code) => {
        const { meaning, advice } = ERROR_GUIDE[code];
        return [`\`${code}\``, String(PUBLIC_CODES[code].status), meaning, advice];
      }),
    ),
  'input-rules': () =>
    table(
      ['rule', 'meaning'],
      INPUT_RULES.map((rule) => [`\`${rule}\``, INPUT_RULE_GUIDE[rule]]),
    ),
  'account-errors': () =>
    table(
      ['code', 'meaning', 'what to do'],
      Object.entries(ACCOUNT_ERROR_GUIDE).map(([code, { meaning, advice }]) => [`\`${code}\``, meaning, advice]),
    ),
};

/**
 * Returns docs/clients.md with its generated parts made anew: the tables of codes, and the files of the example.
 * @param root the repository's folder
 * @throws {Error} if the document lacks a part or has an unknown one
 */
export function renderClientsDocument(root: string): string {
  const document = fs.readFileSync(path.join(root, CLIENTS_FILE), 'utf8');
  const names = [...document.matchAll(SECTION)].map(([, , name = '']) => name);
  if (names.toSorted().join() !== Object.keys(PARTS).toSorted().join())
    throw new Error(`${CLIENTS_FILE} needs these generated parts, once each: ${Object.keys(PARTS).join(', ')}.`);
  return document.replaceAll(SECTION, (_all, start: string, name: string, end: string) =>
    [start, ...(PARTS[name]?.(root) ?? []).map((line) => `${line}\n`), end].join(''),
  );
}

/**
 * Writes docs/clients.md.
 * @returns whether it changed
 */
export function writeClientsDocument(root: string): boolean {
  const [file, text] = [path.join(root, CLIENTS_FILE), renderClientsDocument(root)];
  if (fs.readFileSync(file, 'utf8') === text) return false;
  fs.writeFileSync(file, text);
  return true;
}

/** Returns a shell block that writes each file of the example. */
function exampleFiles(root: string): readonly string[] {
  return EXAMPLE_FILES.flatMap((file) => {
    const text = fs.readFileSync(path.join(root, EXAMPLE_FOLDER, file), 'utf8').trimEnd();
    return ['```sh', `cat > ${file} <<'END'`, ...text.split('\n'), 'END', '```', ''];
  }).slice(0, -1);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)];
}
