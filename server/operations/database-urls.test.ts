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

// covers: POOL-04
test('deriveDatabaseUrls takes the owner past the pooler, to the address of DIRECT_DATABASE_URL', () => {
  const DIRECT = 'postgres://fieldgate_api:a@direct.example:5432/real?sslmode=require';
  const config = readStartConfig({ DATABASE_URL: OWNER, API_DATABASE_URL: API, DIRECT_DATABASE_URL: DIRECT });
  const urls = deriveDatabaseUrls(OWNER, config, loadSecrets(temporaryFolder()));
  expect(urls.owner).toBe('postgres://own%40er:p%2Fw@direct.example:5432/real?sslmode=require');
  expect(urls.api).toBe(API);
});
