import fs from 'node:fs';
import { expect, test } from 'vitest';
import { inRoot } from '../../server/operations/paths.ts';

const textOf = (file: string) => fs.readFileSync(inRoot(file), 'utf8');
const changelog = textOf('CHANGELOG.md');
const headings = [...changelog.matchAll(/^## (.+)$/gm)].map(([, heading = '']) => heading);
/** The sections that Keep a Changelog 1.1.0 names. */
const SECTIONS = ['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security'];

// covers: LIVE-07
test('the newest version of CHANGELOG.md is the one of package.json, its lock, and the field status.version', () => {
  const [first, newest = ''] = headings;
  expect(first).toBe('Unreleased');
  const version = newest.split(' ')[0] ?? '';
  expect(JSON.parse(textOf('package.json'))).toMatchObject({ version });
  expect(JSON.parse(textOf('package-lock.json'))).toMatchObject({ version, packages: { '': { version } } });
  expect(textOf('server/resolvers/query.ts')).toContain(`const VERSION = '${version}';`);
});

// covers: LIVE-07
test('each version of CHANGELOG.md has a date, descends, and has sections of Keep a Changelog', () => {
  const versions = headings.slice(1);
  expect(versions.filter((heading) => !/^\d+\.\d+\.\d+ - \d{4}-\d\d-\d\d$/.test(heading))).toEqual([]);
  const numbers = versions.map((heading) =>
    (heading.split(' ')[0] ?? '').split('.').reduce((sum, part) => sum * 1_000 + Number(part), 0),
  );
  expect(numbers).toEqual(numbers.toSorted((left, right) => right - left));
  const sections = [...changelog.matchAll(/^### (.+)$/gm)].map(([, section = '']) => section);
  expect(sections.filter((section) => !SECTIONS.includes(section))).toEqual([]);
});

// covers: LIVE-07
test('CHANGELOG.md names every migration', () => {
  const classes = fs
    .readdirSync(inRoot('migrations'))
    .map((name) => /export class (\D+)\d+/.exec(textOf(`migrations/${name}`))?.[1] ?? name);
  expect(classes.filter((name) => !changelog.includes(`\`${name}\``))).toEqual([]);
});
