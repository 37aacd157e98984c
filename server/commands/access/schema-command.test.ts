import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import { schemaCommand } from './schema-command.ts';

/** Runs the command without any setting: it needs no database. */
async function run(...args: readonly string[]): Promise<string> {
  let output = '';
  const print = (line: string) => void (output += `${line}\n`);
  expect(await schemaCommand({ args, environment: {}, signal: new AbortController().signal, print })).toBe(0);
  return output;
}

// covers: CLIENT-05
test('schema --as prints the SDL of an audience without a database, and nothing else', async () => {
  const [anonymous, user, admin] = await Promise.all(['ANONYMOUS', 'USER', 'ADMIN'].map((name) => run('--as', name)));
  for (const sdl of [anonymous, user, admin]) buildSchema(sdl ?? '');
  expect(anonymous).not.toContain('type Task');
  expect(user).toContain('type Task @owner(field: "userId")');
  expect(user).not.toContain('securityLog');
  expect(admin).toContain(`securityLog(`);
  expect(admin).toContain('@auth(roles: [ADMIN])');
});

// covers: CLIENT-05
test.each([
  [[], '--as is required'],
  [['--as', 'admin'], 'Unknown audience --as admin'],
  [['--as', 'signed-in'], 'Unknown audience --as signed-in'],
])('schema %j names the audiences', async (args, problem) => {
  await expect(run(...args)).rejects.toThrow(`${problem}: use one of ANONYMOUS, USER, ADMIN. Usage: npm run`);
});
