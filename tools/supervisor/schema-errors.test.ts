import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { copyTree } from '../mutation/copy-tree.ts';
import { freePort } from '../../server/operations/ports.ts';
import { inRoot, ROOT } from '../../server/operations/paths.ts';
import { findCommandFile } from '../launcher/command-file.mjs';

/** A copy of the repository, whose schema the tests make invalid. */
const tree = fs.mkdtempSync(path.join(os.tmpdir(), 'fieldgate-'));
beforeAll(() => copyTree(tree));
afterAll(() => fs.rmSync(tree, { recursive: true, force: true }));
beforeEach(() => fs.cpSync(inRoot('schema'), path.join(tree, 'schema'), { recursive: true }));

/** Appends lines to a file of the schema. @returns the number of the first one */
function appendToSchema(file: string, lines: string): number {
  const target = path.join(tree, 'schema', file);
  const line = fs.readFileSync(target, 'utf8').split('\n').length;
  fs.appendFileSync(target, lines);
  return line;
}

/** Runs a script of the copy, by its path in the repository, as the launcher does. */
function run(script: string, args: readonly string[] = [], environment: NodeJS.ProcessEnv = process.env) {
  return new Promise<{ readonly code: unknown; readonly stdout: string; readonly stderr: string }>((resolve) => {
    const options = { cwd: tree, env: environment, timeout: 25_000 };
    execFile(process.execPath, [script, ...args], options, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    );
  });
}

const INVALID = 'The files are not a valid schema:\n';

describe('errors in the SDL', () => {
  const commands: readonly (readonly [string, readonly string[]])[] = [
    ['access', []],
    ['access', ['policies']],
    ['codegen', []],
    ['start', []],
    ['dev', []],
  ];
  // covers: ENGINE-02
  test.each(commands)(
    '%s %j prints the errors in the SDL with file and line, all of one kind at once, without a stack',
    { timeout: 60_000 },
    async (command, args) => {
      const script = path.relative(ROOT, findCommandFile(ROOT, command) ?? command);
      const autth = appendToSchema('task.graphql', 'extend type Query { mine: Int @autth }\n');
      const directive = await run(script, args);
      expect(directive.stderr).toBe(`${INVALID}  schema/task.graphql:${autth} Unknown directive "@autth".\n`);
      expect(directive.code).toBe(1);

      const open = appendToSchema('task.graphql', 'extend type Query { openTaskCount: Int @ }\n');
      const cut = appendToSchema('status.graphql', 'type {\n');
      const syntax = await run(script, args);
      expect(syntax.stderr.split('\n').toSorted()).toEqual(
        [
          INVALID.trimEnd(),
          `  schema/task.graphql:${open} Syntax Error: Expected Name, found "}".`,
          `  schema/status.graphql:${cut} Syntax Error: Expected Name, found "{".`,
          '',
        ].toSorted(),
      );
      expect(syntax.code).toBe(1);
    },
  );

  describe('the API', () => {
    let database: TestDatabase;
    beforeAll(async () => {
      database = await createTestDatabase();
    });
    afterAll(() => database.drop());

    // covers: ENGINE-02
    test('the API prints the errors in the SDL with file and line when it starts', { timeout: 60_000 }, async () => {
      const line = appendToSchema('task.graphql', 'extend type Query { openTaskCount: Int @ }\n');
      const api = await run('server/main.ts', [], {
        API_DATABASE_URL: database.api,
        API_PORT: String(await freePort()),
        METRICS_PORT: String(await freePort()),
        API_URL: 'http://localhost:4000',
        WEB_URL: 'http://localhost:3000',
        TOKEN_MODE: 'shared-secret',
        TOKEN_SECRETS: `test:${randomBytes(32).toString('base64url')}`,
        TOKEN_ISSUER: 'http://localhost:3000',
      });
      expect(api.stderr).toBe(`${INVALID}  schema/task.graphql:${line} Syntax Error: Expected Name, found "}".\n`);
      expect(api.code).toBe(1);
    });
  });
});

// covers: ENGINE-02
test.each(['start', 'dev'])(
  'npm %s checks the schema before it creates any file',
  { timeout: 60_000 },
  async (command) => {
    const line = appendToSchema('task.graphql', 'extend type Query { openTaskCount: Int }\n');
    const { code, stdout, stderr } = await run(path.relative(ROOT, findCommandFile(ROOT, command) ?? command));
    expect(stderr).toMatch(
      new RegExp(
        String.raw`^The schema is not a complete access policy \(one problem\):\n  schema/task\.graphql:${line} Query\.openTaskCount: .*\n    fix: .*\n$`,
      ),
    );
    expect(code).toBe(1);
    expect(stdout).toBe('Starting Fieldgate\n');
    for (const created of ['.data', 'web/.next']) expect(fs.existsSync(path.join(tree, created))).toBe(false);
  },
);
