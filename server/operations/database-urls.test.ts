import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { readStartConfig } from '../config.ts';
import { deriveDatabaseUrls } from './database-urls.ts';
import { loadSecrets } from './secrets.ts';

const OWNER = 'postgres://own%40er:p%2Fw@db.example:6432/tasks?sslmode=require';
const API = 'postgres://fieldgate_api:a@localhost/f';

test('deriveDatabaseUrls keeps host, database and options of DATABASE_URL, and replaces role and password', () => {
  const secrets = loadSecrets(temporaryFolder());
  const urls = deriveDatabaseUrls(OWNER, readStartConfig({ DATABASE_URL: OWNER }), secrets);
  expect(urls.owner).toBe(OWNER);
  expect(urls.api).toBe(`postgres://fieldgate_api:${secrets.passwords.api}@db.example:6432/tasks?sslmode=require`);
  expect(new URL(urls.auth).username).toBe('fieldgate_auth');
});

test('deriveDatabaseUrls returns API_DATABASE_URL unchanged', () => {
  const config = readStartConfig({ DATABASE_URL: OWNER, API_DATABASE_URL: API });
  expect(deriveDatabaseUrls(OWNER, config, loadSecrets(temporaryFolder())).api).toBe(API);
});
