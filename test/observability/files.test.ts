import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { collectDefaultMetrics } from 'prom-client';
import { beforeAll, describe, expect, test } from 'vitest';
import { serveMetrics, serveWorkerMetrics } from '../../runtime/metrics-server.ts';
import { createWebMetrics } from '../../web/http/metrics-registry.ts';
import { setUpApiFixture } from '../support/api-fixture.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const FOLDER = path.join(import.meta.dirname, '../../docs/deploy/observability');
const read = (name: string) => fs.readFileSync(path.join(FOLDER, name), 'utf8');
const ALERTS = read('alerts.yml');
const CASES = read('alerts.test.yml');

/** The families of metrics that the processes or prom-client's defaults name. */
const PREFIXES = ['fieldgate', ...collectDefaultMetrics.metricsList.map((name) => name.split('_')[0])];
const METRIC = new RegExp(`\\b(?:${[...new Set(PREFIXES)].join('|')})_[a-z0-9_]+`, 'g');
const metricsIn = (text: string) => new Set(text.match(METRIC));

/** With all that has metrics of its own: shared limits, and read replicas, of which this one is away. */
const fixture = setUpApiFixture(
  {},
  {
    LIMIT_REQUESTS_PER_ADDRESS: 1_000,
    API_READ_DATABASE_URL: ['postgres://fieldgate_api:x@127.0.0.1:1/fieldgate'],
    POSITION_SECRET: 'a secret of at least thirty-two characters',
  },
);

let names: ReadonlySet<string>;
beforeAll(async () => {
  const web = createWebMetrics({ query: () => Promise.reject(new Error('no database')) });
  const servers = [
    await serveMetrics(web.registry, 0),
    await serveWorkerMetrics({ port: 0, host: '127.0.0.1', running: () => 1 }),
  ];
  const texts = [await fixture.api.metrics()];
  for (const server of servers) {
    const { port } = server.address() as { port: number };
    texts.push(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text());
    server.close();
  }
  const types = texts.flatMap((text) => [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)]);
  const parts = { histogram: ['_bucket', '_sum', '_count'] } as Record<string, string[]>;
  names = new Set(types.flatMap(([, name = '', type = '']) => (parts[type] ?? ['']).map((part) => name + part)));
});

// covers: SEE-03
test.each(['alerts.yml', 'alerts.test.yml', 'dashboard.json'])(
  'every metric that %s names is in the output of a process',
  (file) => {
    const used = metricsIn(read(file));
    expect(used.size).toBeGreaterThan(10);
    expect([...used].filter((name) => !names.has(name))).toEqual([]);
  },
);

// covers: SEE-03
test('the dashboard shows every metric of fieldgate', () => {
  const shown = metricsIn(read('dashboard.json'));
  const base = (name: string) => name.replace(/_(bucket|sum|count)$/, '');
  const hidden = [...names].filter((name) => name.startsWith('fieldgate') && !shown.has(`${base(name)}_bucket`));
  expect(hidden.filter((name) => !shown.has(name))).toEqual([]);
});

// covers: SEE-04
test('docs/operations.md says what each alert means, and names each metric of fieldgate', () => {
  const operations = fs.readFileSync(path.join(FOLDER, '../../operations.md'), 'utf8');
  const alerts = [...ALERTS.matchAll(/- alert: (\w+)/g)].map(([, name]) => name);
  const own = [...names].filter((name) => name.startsWith('fieldgate'));
  const metrics = new Set(own.map((name) => name.replace(/_(bucket|sum|count)$/, '')));
  expect([...alerts, ...metrics].filter((name) => !operations.includes(`\`${name}\``))).toEqual([]);
});

// covers: SEE-04
test('each alert has a case in which it fires, and one in which it does not', () => {
  const alerts = [...ALERTS.matchAll(/- alert: (\w+)/g)].map(([, name]) => name);
  expect(alerts.length).toBeGreaterThan(10);
  for (const alert of alerts) {
    expect(CASES).toContain(`- name: ${alert} fires`);
    expect(CASES).toContain(`- name: ${alert} stays quiet`);
  }
});

const promtool = (...args: string[]) => spawnSync('promtool', args, { cwd: FOLDER, encoding: 'utf8' });
const hasPromtool = promtool('--version').status === 0;

// covers: SEE-04
describe.runIf(hasPromtool)('promtool', () => {
  test.each([
    ['check', 'config', 'prometheus.yml'],
    ['check', 'rules', 'alerts.yml'],
    ['test', 'rules', 'alerts.test.yml'],
  ])('promtool %s %s accepts %s', { timeout: 120_000 }, (...args) => {
    const { status, stdout, stderr } = promtool(...args);
    expect(status, stdout + stderr).toBe(0);
  });

  test('promtool fails the cases of an alert whose threshold is out of reach', { timeout: 120_000 }, () => {
    const folder = temporaryFolder();
    const changed = ALERTS.replaceAll(/> [\d.]+$/gm, '> 1e12');
    expect(changed).not.toBe(ALERTS);
    fs.writeFileSync(path.join(folder, 'alerts.yml'), changed);
    const firstAlert = CASES.split(/(?=^ {2}- name: )/m).slice(0, 3);
    fs.writeFileSync(path.join(folder, 'alerts.test.yml'), firstAlert.join(''));
    const { status, stdout, stderr } = promtool('test', 'rules', path.join(folder, 'alerts.test.yml'));
    expect(status).not.toBe(0);
    expect(stdout + stderr).toContain('FieldgateBreach fires');
  });
});

test.runIf(!hasPromtool)('promtool did not run: it is not installed (the Debian package prometheus has it)', () => {
  expect(hasPromtool).toBe(false);
});
