import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { OperatorError } from '../../../server/operations/operator-error.ts';
import { inRoot } from '../../../server/operations/paths.ts';
import { createProgress } from '../../../server/operations/progress.ts';

const FILES = ['package.json', 'package-lock.json'];
/** Written last: a folder without it is of an interrupted installation. */
const COMPLETE = '.complete';
const INSTALL_MILLISECONDS = 300_000;
/** Without it npm would run the packages' scripts: see the repository's own .npmrc, which npm does not read here. */
const NPM = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier'];

/** What a benchmark compares with: a package.json, its lock, and programs that use the packages. */
export interface PeerPackages {
  /** The benchmark's name on the command line, which is the folder in tools/bench. */
  readonly benchmark: string;
  /** The folder of the programs in that folder. */
  readonly programs: string;
}

/**
 * Returns a folder with the peers' programs beside their packages, installed once for each lock file. The product has
 * none of these packages.
 * @throws {OperatorError} if npm fails or takes longer than five minutes: it needs the network
 */
export async function installPeers(
  { benchmark, programs }: PeerPackages,
  log: (line: string) => void,
  signal: AbortSignal,
): Promise<string> {
  const source = inRoot('tools/bench', benchmark);
  const hash = createHash('sha256');
  for (const file of FILES) hash.update(fs.readFileSync(path.join(source, file)));
  const folder = inRoot(`.test/bench-${benchmark}`, hash.digest('hex').slice(0, 16));
  if (!fs.existsSync(path.join(folder, COMPLETE))) {
    fs.mkdirSync(folder, { recursive: true });
    for (const file of FILES) fs.copyFileSync(path.join(source, file), path.join(folder, file));
    await createProgress(log).runTimed('peers installed', () => runNpm(benchmark, folder, signal));
    fs.writeFileSync(path.join(folder, COMPLETE), '');
  }
  fs.cpSync(path.join(source, programs), path.join(folder, programs), { recursive: true, force: true });
  return path.join(folder, programs);
}

async function runNpm(benchmark: string, folder: string, signal: AbortSignal): Promise<void> {
  const timeout = AbortSignal.timeout(INSTALL_MILLISECONDS);
  // npm is a script: Windows cannot execute it without a shell, and the arguments are constants.
  const npm = spawn('npm', NPM, {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
    signal: AbortSignal.any([signal, timeout]),
  });
  let output = '';
  for (const stream of [npm.stdout, npm.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const outcome = await new Promise<number | Error | null>((resolve) => {
    npm.once('error', resolve).once('close', resolve);
  });
  if (outcome === 0) return;
  signal.throwIfAborted();
  const reason = timeout.aborted
    ? `npm took longer than ${INSTALL_MILLISECONDS / 1_000} s`
    : outcome instanceof Error
      ? outcome.message
      : `npm ended with exit code ${outcome}${npmErrorCode(output)}`;
  throw new OperatorError(
    `Cannot install the packages that the benchmark "${benchmark}" compares with: ${reason}. The first run needs the network and npm.`,
  );
}

/** npm's own code, such as ENOTFOUND; its sentences name the registry and files of this machine. */
function npmErrorCode(output: string): string {
  const code = /^npm (?:error|ERR!) code (\w+)$/m.exec(output)?.[1];
  return code === undefined ? '' : ` (${code})`;
}

/** Returns the version of each package that the peers name, from the lock. */
export function peerVersions(benchmark: string): string {
  const { dependencies } = JSON.parse(fs.readFileSync(inRoot('tools/bench', benchmark, 'package.json'), 'utf8')) as {
    dependencies: Readonly<Record<string, string>>;
  };
  return Object.entries(dependencies)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ');
}
