import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { inRoot } from '../../server/operations/paths.ts';
import { TOOLS } from '../script-paths.ts';
import { withoutLinks } from './without-links.ts';

/*
 * `npm run build -w @fieldgate/access`: writes the package to `server/access/dist`, which is what is published
 * (`npm publish server/access/dist`). In this repository the sources are used as they are.
 *
 * One build for each module system, each with its own types: tsc emits both, and a package.json in each folder says which
 * it is. The command is an ES module, and alone needs Node's types.
 */
const SOURCE = inRoot('server/access');
const DIST = path.join(SOURCE, 'dist');
const DOCUMENTS: readonly string[] = ['README.md', 'start-up-errors.md', 'CHANGELOG.md'];
const FORMATS = {
  esm: { type: 'module', options: ['--module', 'nodenext'] },
  cjs: {
    type: 'commonjs',
    options: ['--module', 'commonjs', '--moduleResolution', 'bundler', '--verbatimModuleSyntax', 'false'],
  },
} as const;

fs.rmSync(DIST, { recursive: true, force: true });
for (const [format, { type, options }] of Object.entries(FORMATS)) {
  const outDir = path.join(DIST, format);
  const emit = ['--noEmit', 'false', '--declaration', '--rewriteRelativeImportExtensions', '--rootDir', SOURCE];
  const args = [
    TOOLS.tsc,
    '-p',
    path.join(SOURCE, `tsconfig.build-${format}.json`),
    ...emit,
    '--outDir',
    outDir,
    ...options,
  ];
  execFileSync(process.execPath, args, { stdio: 'inherit' });
  fs.writeFileSync(path.join(outDir, 'package.json'), `${JSON.stringify({ type, sideEffects: false })}\n`);
}
fs.writeFileSync(path.join(DIST, 'package.json'), `${JSON.stringify(publishedManifest(), null, 2)}\n`);
fs.copyFileSync(inRoot('LICENSE'), path.join(DIST, 'LICENSE'));
for (const file of DOCUMENTS) {
  const text = fs.readFileSync(path.join(SOURCE, file), 'utf8');
  fs.writeFileSync(
    path.join(DIST, file),
    withoutLinks(text, (target) => !DOCUMENTS.includes(target)),
  );
}

/** Returns the package.json of the sources with the entry points of the build. */
function publishedManifest(): object {
  const text = fs.readFileSync(path.join(SOURCE, 'package.json'), 'utf8');
  const {
    private: _private,
    scripts: _scripts,
    exports: sources,
    bin: _bin,
    ...manifest
  } = JSON.parse(text) as Record<string, unknown> & { readonly exports: Readonly<Record<string, string>> };
  const entry = (file: string) => ({
    import: { types: `./esm/${file}.d.ts`, default: `./esm/${file}.js` },
    require: { types: `./cjs/${file}.d.ts`, default: `./cjs/${file}.js` },
  });
  const entries = Object.entries(sources).map(([name, file]) => [name, entry(file.slice('./'.length, -'.ts'.length))]);
  return {
    ...manifest,
    files: ['esm', 'cjs', ...DOCUMENTS],
    main: './cjs/index.js',
    types: './cjs/index.d.ts',
    bin: { fieldgate: './esm/cli/bin.js' },
    exports: { ...Object.fromEntries(entries), './package.json': './package.json' },
  };
}
