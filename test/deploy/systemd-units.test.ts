import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { inRoot } from '../../server/operations/paths.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const UNITS = ['fieldgate-migrate.service', 'fieldgate-api.service', 'fieldgate-web.service'] as const;
/** The first version that judges a unit file without a running systemd. */
const MIN_VERSION = 250;
/** Ten times the exposure from which `systemd-analyze security` fails; a unit without hardening has 96. */
const MAX_EXPOSURE = 20;

const read = (unit: string) => fs.readFileSync(inRoot('docs/deploy/systemd', unit), 'utf8');

/** Returns the version of systemd-analyze; 0 without it. */
function systemdVersion(): number {
  const { stdout } = spawnSync('systemd-analyze', ['--version'], { encoding: 'utf8' });
  return Number(/^systemd (\d+)/.exec(stdout ?? '')?.[1] ?? 0);
}
const isHere = systemdVersion() >= MIN_VERSION;

test.skipIf(isHere)(
  'systemd-analyze 250 is not on this machine: the units of docs/deploy/systemd were not checked by it',
  () => {
    expect(isHere).toBe(false);
  },
);

describe.runIf(isHere)('systemd-analyze', () => {
  // covers: HOST-05
  test.each(UNITS)('verifies %s without a warning, and finds its exposure low', (unit) => {
    const folder = temporaryFolder();
    // The checked files are those of an operator's machine, where Node is in /usr/bin.
    for (const each of UNITS)
      fs.writeFileSync(path.join(folder, each), read(each).replaceAll('/usr/bin/node', process.execPath));
    const file = path.join(folder, unit);
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', file], { encoding: 'utf8' });
    expect([status, stderr.split('\n').filter((line) => line.includes('fieldgate'))]).toEqual([0, []]);
    execFileSync('systemd-analyze', ['security', '--offline=true', `--threshold=${MAX_EXPOSURE}`, file]);
  });
});

describe('the units of docs/deploy/systemd', () => {
  // covers: HOST-05
  test.each(UNITS)('%s runs an existing script without npm, with settings from a file of its own', (unit) => {
    const text = read(unit);
    const script = /^ExecStart=\/usr\/bin\/node --disable-warning=ExperimentalWarning (\S+)$/m.exec(text)?.[1] ?? '';
    expect(fs.existsSync(inRoot(script))).toBe(true);
    const [, role = ''] = /^fieldgate-(\w+)\.service$/.exec(unit) ?? [];
    expect(text).toContain(`\nEnvironmentFile=/etc/fieldgate/${role}.env\n`);
    for (const line of ['NoNewPrivileges=yes', 'ProtectSystem=strict', 'PrivateTmp=yes', 'DynamicUser=yes'])
      expect(text).toContain(`\n${line}\n`);
  });

  // covers: HOST-05
  test.each(['fieldgate-api.service', 'fieldgate-web.service'])(
    '%s drains on SIGTERM, and a reload replaces its workers',
    (unit) => {
      const text = read(unit);
      for (const line of [
        'KillSignal=SIGTERM',
        'KillMode=mixed',
        'Restart=always',
        'ExecReload=/bin/kill -HUP $MAINPID',
      ])
        expect(text).toContain(`\n${line}\n`);
      expect(Number(/^TimeoutStopSec=(\d+)$/m.exec(text)?.[1])).toBeGreaterThan(10);
    },
  );
});
