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

  /** Migrates the schema above with a module, and returns the schema, the output and the exit code. */
  async function migrateMap(module: string, source: string, ...args: readonly string[]) {
    const { read, ...rest } = await migrateByProgram(
      { 's.graphql': SDL, 'rules.mjs': RULES, [module]: source },
      'shield',
      's.graphql',
      '--rules',
      module,
      '--write',
      ...KNOWN.flatMap((rule) => ['--rule', rule]),
      ...args,
    );
    return { sdl: read('s.graphql'), ...rest };
  }

  const MAP_OF_ONE = `import { shield } from 'graphql-shield';\nimport { isAdmin } from './rules.mjs';\nexport default shield({ Customer: isAdmin });\n`;

  test.each([
    ['undefined', 'isAdmni'],
    ['a function', '() => true'],
  ])('a map with an entry that is %s does not apply where graphql-shield ignored it', async (what, entry) => {
    const { sdl, output } = await migrateMap(
      'map.mjs',
      `import { allow, shield } from 'graphql-shield';
import { isAdmin } from './rules.mjs';
const { isAdmni } = { isAdmin };
export default shield({ Query: { frontPage: allow, secret: ${entry} } }, { fallbackRule: isAdmin });
`,
    );
    expect(sdl).toContain('frontPage: Int @auth(roles: [ADMIN])\n');
    expect(sdl).toContain('secret: Int @undecided(was: "no rule")\n');
    expect(output).toContain(`Query.secret: its entry in the rule map is ${what}, not a rule`);
    expect(output).toContain('Query: graphql-shield ignored its rules and applied fallbackRule, because');
  });

  test('a type whose entry is no rule is undecided', async () => {
    const { sdl } = await migrateMap(
      'map.mjs',
      `import { shield } from 'graphql-shield';\nexport default shield({ Query: () => true, Fruit: undefined });\n`,
    );
    expect(sdl).toContain('type Query @undecided(was: "no rule") {');
    expect(sdl).toContain('type Fruit @undecided(was: "no rule") {');
  });

  test('a rule map that a tool merges keeps its rules, because the tool copies plain objects only', async () => {
    const { sdl } = await migrateMap(
      'map.mjs',
      `import { shield } from 'graphql-shield';
import { isAdmin, isAuthenticated } from './rules.mjs';
const isPlain = (value) => Object.getPrototypeOf(value) === Object.prototype;
const merge = (map) => Object.fromEntries(Object.entries(map).map(([name, part]) => [name, isPlain(part) ? merge(part) : part]));
export default shield(merge({ Query: { secret: isAdmin } }), { fallbackRule: isAuthenticated });
`,
    );
    expect(sdl).toContain('secret: Int @auth(roles: [ADMIN])\n');
  });

  test('writes one rule for the whole schema on each type, and a fallback rule on each type without an entry', async () => {
    const source = (call: string) =>
      `import { shield } from 'graphql-shield';\nimport { isAdmin } from './rules.mjs';\nexport default ${call};\n`;
    const types = (sdl: string) => sdl.split('\n').filter((line) => line.startsWith('type'));
    const { sdl, output } = await migrateMap('map.mjs', source('shield(isAdmin)'));
    expect(types(sdl)).toEqual([
      'type Query @auth(roles: [ADMIN]) {',
      'type Mutation @auth(roles: [ADMIN]) { addFruit: Fruit }',
      'type Fruit @auth(roles: [ADMIN]) { id: ID ownerId: ID! }',
      'type Customer @auth(roles: [ADMIN]) { id: ID }',
    ]);
    expect(output).toContain('Wrote 4 edits');
    const other = await migrateMap('map.mjs', source('shield({ Query: { "*": isAdmin } }, { fallbackRule: isAdmin })'));
    expect(types(other.sdl)).toEqual(['type Query {', ...types(sdl).slice(1)]);
  });

  test.each(['interface Node { id: ID }', 'enum Node { A }', 'input Node { id: ID }', 'union Node = Fruit'])(
    'writes no rule on %s, because graphql-shield ignored it',
    async (definition) => {
      const schema = `${SDL}${definition}\n`;
      const map = `import { shield } from 'graphql-shield';\nimport { isAdmin } from './rules.mjs';\nexport default shield({ Node: isAdmin, __Type: isAdmin });\n`;
      const sources = { 's.graphql': schema, 'rules.mjs': RULES, 'map.mjs': map };
      const { output, read } = await migrateByProgram(sources, ...all, '--write');
      expect(read('s.graphql')).toBe(schema);
      expect(output).toContain('Node: graphql-shield has rules on object types only');
      expect(output).not.toContain('the schema does not have it');
    },
  );

  const IMPORT = "import { and, rule, shield } from 'graphql-shield';\n";
  test.each([
    ['map.mjs', `${IMPORT}const isNamed =\n  rule()(() => true);\nshield({ Customer: isNamed });`],
    [
      'map.mjs',
      `${IMPORT}const rules = { isNamed:\n  rule({ cache: 'strict' })(() => true) };\nshield({ Customer: rules.isNamed });`,
    ],
    [
      'map.mjs',
      `${IMPORT}const hasRole = (name) => and(rule()(() => true));\nconst isNamed = hasRole('A');\nshield({ Customer: isNamed });`,
    ],
    ['map.mjs', `${IMPORT}const name = ['is', 'Named'].join('');\nshield({ Customer: rule(name)(() => true) });`],
    [
      'map.cjs',
      `const shield_1 = require('graphql-shield');\nexports.isNamed = (0, shield_1.rule)()(() => true);\n(0, shield_1.shield)({ Customer: exports.isNamed });`,
    ],
    [
      'isNamed.cjs',
      `const { rule, shield } = require('graphql-shield');\nmodule.exports = rule()(() => true);\nshield({ Customer: module.exports });`,
    ],
  ])('knows the name of a rule in %s: %s', async (module, source) => {
    const { sdl } = await migrateMap(module, source, '--rule', 'isNamed=@auth');
    expect(sdl).toContain('type Customer @auth {');
  });

  test('says of a rule of the command line that the map does not have it, because its name may be misspelt', async () => {
    const { output } = await migrateMap('map.mjs', MAP_OF_ONE, '--rule', 'isAdmni=@auth');
    expect(output).toContain('--rule isAdmni: no rule in the map has this name');
    expect(output).not.toContain('--rule isAdmin: no rule');
  });

  test('says that an inputRule checks arguments, and that a rule of a factory needs a name', async () => {
    const source = `import { inputRule, rule, shield } from 'graphql-shield';
const hasRole = () => [rule()(() => true)][0];
const hasText = inputRule()((yup) => yup.object());
export default shield({ Query: { frontPage: hasText }, Mutation: [hasRole()][0] });
`;
    const { output } = await migrateMap('map.mjs', source);
    expect(output).toMatch(/hasText \(map\.mjs:3:\d+\) checks arguments: check them in the resolver, and say what/);
    expect(output).toContain("or const isAdmin = hasRole('ADMIN')");
  });

  test('a rule that a module exports as default has the name of the file', async () => {
    const sources = {
      's.graphql': SDL,
      'isNamed.mjs': `import { rule } from 'graphql-shield';\nexport default rule()(() => true);\n`,
      'map.mjs': `import { shield } from 'graphql-shield';\nimport one from './isNamed.mjs';\nshield({ Customer: one });\n`,
    };
    const args = ['shield', 's.graphql', '--rules', 'map.mjs', '--write', '--rule', 'isNamed=@auth'];
    expect((await migrateByProgram(sources, ...args)).read('s.graphql')).toContain('type Customer @auth {');
  });

  test('says the meaning of a rule whose name is not a word', async () => {
    const { sdl } = await migrateMap(
      'map.mjs',
      `import { rule, shield } from 'graphql-shield';\nshield({ Customer: rule('has-role:A=B')(() => true) });\n`,
      '--rule',
      'has-role:A=B=@auth',
    );
    expect(sdl).toContain('type Customer @auth {');
  });

  test('an owner rule on a root field, or on a type without the field, is undecided', async () => {
    const map = MAP.replace('Fruit: isOwner', 'Customer: isOwner').replace('frontPage: allow', 'frontPage: isOwner');
    const { output } = await migrateByProgram({ ...files, 'map.mjs': map }, ...all);
    expect(output).toContain('Query has no field ownerId');
    expect(output).toContain('Customer has no field ownerId');
  });

  test.each([
    `Promise.reject(new Error('No database.'));\nawait new Promise((resolve) => setTimeout(resolve, 5));`,
    `setTimeout(() => { throw new Error('No database.'); }, 1);\nawait new Promise((resolve) => setTimeout(resolve, 9));`,
    `setInterval(() => {}, 1000);`,
    `console.log('Connected.');`,
  ])('a side effect of the module neither ends the command nor becomes a part of its output: %s', async (effect) => {
    const { code, output } = await migrateMap('map.mjs', `${MAP_OF_ONE}${effect}\n`, '--json');
    expect(code).toBe(0);
    expect(output.trimStart()).toMatch(/^\{\n {2}"notes"/);
  });

  test.each([
    [`process.exit(1);`, 'it calls process.exit(1): set the environment variables'],
    [`await new Promise(() => {});`, 'it awaits something that never happens'],
    [`await import('not-installed');`, 'Install the packages of the application first'],
  ])('refuses a module with %s: %s', async (effect, message) => {
    const { code, output } = await migrateMap('map.mjs', `${MAP_OF_ONE}${effect}\n`);
    expect({ code, output }).toEqual({ code: 2, output: expect.stringContaining(message) as string });
  });

  test.each([
    'enum Role { ADMIN }',
    `import { isAdmin as admin } from '@/rules';`,
    `import { Context } from './rules.mjs';`,
  ])('says how to run TypeScript that Node cannot run: %s', async (line) => {
    const { code, output } = await migrateMap('map.mts', `${line}\n${MAP_OF_ONE}`);
    expect({ code, output }).toEqual({
      code: 2,
      output: expect.stringContaining("install tsx, and run the command with NODE_OPTIONS='--import tsx'") as string,
    });
  });

  test('imports ./rules.js from rules.ts, and types from a file of graphql-shield', async () => {
    const source = `import { shield } from 'graphql-shield';
import { ShieldRule } from 'graphql-shield/typings/types';
import { isAdmin } from './own.mjs';
const rule: ShieldRule = isAdmin;
export default shield({ Customer: rule });
`;
    const sources = { 's.graphql': SDL, 'own.mts': RULES, 'map.mts': source };
    const { read } = await migrateByProgram(
      sources,
      'shield',
      's.graphql',
      '--rules',
      'map.mts',
      '--write',
      '--rule',
      'isAdmin=@auth(roles: [ADMIN])',
    );
    expect(read('s.graphql')).toContain('type Customer @auth(roles: [ADMIN]) {');
  });

  test('says what to do about a call of shield in a function', async () => {
    const { code, output } = await migrateMap(
      'map.mjs',
      MAP_OF_ONE.replace('default shield', 'const make = () => shield'),
    );
    expect({ code, output }).toEqual({
      code: 2,
      output: expect.stringContaining('If it calls it in a function, write a module that calls the function') as string,
    });
  });

  test('refuses a module that does not call shield', async () => {
    const { code, output } = await migrateByProgram(files, 'shield', 's.graphql', '--rules', 'rules.mjs');
    expect({ code, output }).toEqual({ code: 2, output: expect.stringContaining('does not call shield(…)') as string });
  });

  test.each([
    [[], '--rules is required'],
    [['--rules', 'missing.mjs'], 'cannot be imported'],
    [['--rules', 'map.mjs', '--rule', 'isAdmin'], 'is not a rule'],
    [['--rules', 'map.mjs', '--rule', 'isAdmin=@auth', '--rule', 'isAdmin=@auth'], 'is given twice'],
    [['--rules', 'map.mjs', '--rule', 'isAdmin=@auth(rolse: [A])'], 'is not a rule'],
    [['--rules', 'map.mjs', '--rule', 'isAdmin=@auth(scopes: "a")'], 'is not a rule'],
    [['--rules', 'map.mjs', '--rule', 'isAdmin=@auth('], 'Syntax Error'],
    [['--rules', 'map.mjs', '--role', 'a'], 'is no renaming'],
  ])('refuses %j: %s', async (args, message) => {
    const { code, output } = await migrate(files, 'shield', 's.graphql', ...args);
    expect({ code, output }).toEqual({ code: 2, output: expect.stringContaining(message) as string });
  });
});
