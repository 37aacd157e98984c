import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../../../test/support/temporary-folder.ts';
import { type Files, migrateFiles } from './migrate-files.ts';
import { parseKnownRule } from './shield.ts';

/** Runs `fieldgate migrate` on files in a new folder. */
const migrate = (files: Files, ...args: readonly string[]) => migrateFiles(temporaryFolder(), files, ...args);

/** Runs the program: vitest's loader does not let a module hook replace an import. */
async function migrateByProgram(files: Files, ...args: readonly string[]) {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), content);
  const bin = path.join(import.meta.dirname, '..', 'bin.ts');
  const { code, output } = await new Promise<{ code: number; output: string }>((resolve) => {
    execFile(process.execPath, [bin, 'migrate', '--from', ...args], { cwd: folder }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr }),
    );
  });
  return { code, output, read: (name: string) => fs.readFileSync(path.join(folder, name), 'utf8') };
}

// covers: CLI-06
describe('migrate --from shield', { timeout: 60_000 }, () => {
  const SDL = `type Query {
  frontPage: Int
  fruits: [Fruit]
  customers: [Customer]
  secret: Int
  later: Int
}
type Mutation { addFruit: Fruit }
type Fruit { id: ID ownerId: ID! }
type Customer { id: ID }
`;
  const RULES = `import { rule } from 'graphql-shield';
export const isAuthenticated = rule({ cache: 'contextual' })(async () => { throw new Error('is not called'); });
export const isAdmin = rule()(() => true);
export const isEditor = rule('isEditor')(() => true);
export const isOwner = rule()(() => true);
`;
  const MAP = `import { shield, and, or, not, allow, deny } from 'graphql-shield';
import { isAdmin, isAuthenticated, isEditor, isOwner } from './rules.mjs';
const shared = { customers: and(isAuthenticated, isAdmin) };
export const permissions = shield({
  Query: { ...shared, frontPage: allow, fruits: and(isAuthenticated, or(isAdmin, isEditor)), secret: deny },
  Mutation: { '*': not(isAuthenticated) },
  Fruit: isOwner,
  Vegetable: isAdmin,
});
`;
  const KNOWN = [
    'isAuthenticated=@auth',
    'isAdmin=@auth(roles: [ADMIN])',
    'isEditor=@auth(roles: [EDITOR])',
    'isOwner=@owner(field: "ownerId")',
  ];
  const files = { 's.graphql': SDL, 'rules.mjs': RULES, 'map.mjs': MAP };
  const all = ['shield', 's.graphql', '--rules', 'map.mjs', ...KNOWN.flatMap((rule) => ['--rule', rule])];

  test('carries over the map as the module builds it, without calling a rule', async () => {
    const { code, output, read } = await migrateByProgram(files, ...all, '--write');
    expect(code).toBe(1);
    expect(read('s.graphql')).toBe(
      SDL.replace('frontPage: Int', 'frontPage: Int @public(reason: "Was allow in graphql-shield.")')
        .replace('[Fruit]', '[Fruit] @auth(roles: [ADMIN, EDITOR])')
        .replace('[Customer]', '[Customer] @auth(roles: [ADMIN])')
        .replace('secret: Int', 'secret: Int @undecided(was: "deny")')
        .replace('addFruit: Fruit', 'addFruit: Fruit @undecided(was: "not(…)")')
        .replace('type Fruit', 'type Fruit @owner(field: "ownerId")'),
    );
    expect(output).toContain('s.graphql:5:3 Query.secret: deny is not carried over: deny admits nobody');
    expect(output).toContain('Vegetable: the rule map has a rule for it');
    expect(output).toContain('2 fields have no rule in the map');
  });

  test('lists the functions whose meaning it is not told, with the place where each was made', async () => {
    const { output, code } = await migrateByProgram(
      files,
      'shield',
      's.graphql',
      '--rules',
      'map.mjs',
      '--rule',
      'isAuthenticated=@auth',
    );
    expect(code).toBe(1);
    expect(output).toMatch(
      /Query\.customers: and\(isAuthenticated, isAdmin\) is not carried over: a function decides isAdmin \(.*rules\.mjs:3:24\): say what it requires with --rule isAdmin='…', in directives that admit nobody else/,
    );
    // A hint that is a rule would be copied: `@auth` for isAdmin would admit every signed-in caller.
    const [, hint = ''] = /--rule (isAdmin='[^']*')/.exec(output) ?? [];
    expect(() => parseKnownRule(hint.replaceAll("'", ''))).toThrow('is not a rule');
  });

  test('reads a TypeScript module that imports types, and folders without their ending', async () => {
    const typescript = `import { shield, type IRules, IRule } from 'graphql-shield';
import { isAdmin } from './rules';
const map: Record<string, IRule> = { Customer: isAdmin };
export default shield(map);
`;
    const more = { 's.graphql': SDL, 'rules.mjs': RULES, 'map.mts': typescript };
    const { read, output } = await migrateByProgram(
      more,
      'shield',
      's.graphql',
      '--rules',
      'map.mts',
      '--rule',
      'isAdmin=@auth(roles: [ADMIN])',
      '--write',
    );
    expect(output).toContain('Wrote 1 edit in 1 file');
    expect(read('s.graphql')).toContain('type Customer @auth(roles: [ADMIN]) {');
  });

  test('reads a module that requires graphql-shield', async () => {
    const commonjs = `const { rule, shield } = require('graphql-shield');\nconst isAdmin = rule()(() => true);\nmodule.exports = shield({ Customer: isAdmin });\n`;
    const { read } = await migrateByProgram(
      { 's.graphql': SDL, 'map.cjs': commonjs },
      'shield',
      's.graphql',
      '--rules',
      'map.cjs',
      '--rule',
      'isAdmin=@auth(roles: [ADMIN])',
      '--write',
    );
    expect(read('s.graphql')).toContain('type Customer @auth(roles: [ADMIN]) {');
  });

  test('tells functions apart that are made on one line', async () => {
    const map = `import { rule, shield } from 'graphql-shield';
export default shield({ Query: { frontPage: rule()(() => true), secret: rule()(() => false) } });
`;
    const { read } = await migrateByProgram(
      { 's.graphql': SDL, 'map.mjs': map },
      'shield',
      's.graphql',
      '--rules',
      'map.mjs',
      '--rule',
      'frontPage=@auth',
      '--write',
    );
    expect(read('s.graphql')).toContain('frontPage: Int @auth\n');
    expect(read('s.graphql')).toContain('secret: Int @undecided(was: "secret")\n');
  });

  test.each([
    ['two functions', `{ frontPage: rule('check')(() => true), secret: rule('check')(() => false) }`],
    ['those of a factory', `{ frontPage: hasRole('USER'), secret: and(allow, hasRole('ADMIN')) }`],
  ])('does not carry over %s with one name, because the name tells only what one of them means', async (_, entries) => {
    const map = `import { allow, and, rule, shield } from 'graphql-shield';
const hasRole = (role) => rule('check')((_source, _args, { roles }) => roles.includes(role));
export default shield({ Query: ${entries} });
`;
    const { read, output } = await migrateByProgram(
      { 's.graphql': SDL, 'map.mjs': map },
      'shield',
      's.graphql',
      '--rules',
      'map.mjs',
      '--rule',
      'check=@auth',
      '--write',
    );
    expect(read('s.graphql')).toMatch(/frontPage: Int @undecided.*\n.*\n.*\n  secret: Int @undecided/);
    expect(output).toMatch(
      /several functions have the name check \(map\.mjs:\d:\d+, map\.mjs:\d:\d+\): give each its own/,
    );
  });

  test('an owner rule on a root field, or on a type without the field, is undecided', async () => {
    const map = MAP.replace('Fruit: isOwner', 'Customer: isOwner').replace('frontPage: allow', 'frontPage: isOwner');
    const { output } = await migrateByProgram({ ...files, 'map.mjs': map }, ...all);
    expect(output).toContain('Query has no field ownerId');
    expect(output).toContain('Customer has no field ownerId');
  });

  test('refuses a module that does not call shield', async () => {
    const { code, output } = await migrateByProgram(files, 'shield', 's.graphql', '--rules', 'rules.mjs');
    expect({ code, output }).toEqual({ code: 2, output: expect.stringContaining('does not call shield(…)') as string });
  });

  test.each([
    [[], '--rules is required'],
    [['--rules', 'missing.mjs'], 'cannot be imported'],
    [['--rules', 'map.mjs', '--rule', 'isAdmin'], 'is not a rule'],
    [['--rules', 'map.mjs', '--rule', 'isAdmin=@auth(rolse: [A])'], 'is not a rule'],
    [['--rules', 'map.mjs', '--rule', 'isAdmin=@auth(scopes: "a")'], 'is not a rule'],
    [['--rules', 'map.mjs', '--rule', 'isAdmin=@auth('], 'Syntax Error'],
    [['--rules', 'map.mjs', '--role', 'a'], 'is no renaming'],
  ])('refuses %j: %s', async (args, message) => {
    const { code, output } = await migrate(files, 'shield', 's.graphql', ...args);
    expect({ code, output }).toEqual({ code: 2, output: expect.stringContaining(message) as string });
  });
});
