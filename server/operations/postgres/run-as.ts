import { type SpawnOptions, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { OperatorError } from '../operator-error.ts';
import { unsupportedPlatform, type Program } from './postgres-binaries.ts';

/** PostgreSQL refuses to run as root: then it runs as `nobody`. */
const NOBODY_UID = 65_534;

const TIMEOUT_MILLISECONDS = 60_000;

/** How the server's programs are run. */
export interface Runner {
  /** The user that must own the cluster's files, as seen by us; undefined when we are not root and it is just us. */
  readonly ownerUid: number | undefined;
  /**
   * Runs a program to its end, for at most a minute. When `detached` is given, its output is not waited for, and Ctrl-C
   * does not reach it.
   */
  readonly run: (program: Program, args: readonly string[], detached?: 'detached') => Promise<ProgramResult>;
}

/** How a program ended. */
export interface ProgramResult {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly output: string;
}

type SpawnCommand = (program: Program, args: readonly string[]) => readonly [string, readonly string[], SpawnOptions];

/**
 * Chooses how to run the programs: as ourselves; or, when we are root, as the user who owns the cluster or else as nobody,
 * if that user can reach both the programs and the cluster; or else in a user namespace, where root's files belong to a
 * user who is not root.
 * @param pathOf the path of a program
 * @param cluster the folder of the cluster, which may not be there yet
 * @throws {OperatorError} when the server cannot be run here at all
 */
export function chooseRunner(pathOf: (program: Program) => string, cluster: string): Runner {
  const environment: NodeJS.ProcessEnv | undefined =
    process.platform === 'win32' ? undefined : { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C' };
  const options: SpawnOptions = { ...(environment && { env: environment }), cwd: '/' };

  if (process.getuid?.() !== 0) return runner((program, args) => [pathOf(program), args, options], undefined);
  const uid = fs.statSync(cluster, { throwIfNoEntry: false })?.uid || NOBODY_UID;
  const asOtherUser: SpawnCommand = (program, args) => [pathOf(program), args, { ...options, uid, gid: uid }];
  if (canEnter(path.resolve(cluster, '../..'), uid) && canRun(asOtherUser)) return runner(asOtherUser, uid);
  const namespaceOptions = ['--user', `--map-user=${NOBODY_UID}`, `--map-group=${NOBODY_UID}`];
  const inNamespace: SpawnCommand = (program, args) => [
    'unshare',
    [...namespaceOptions, pathOf(program), ...args],
    options,
  ];
  if (canRun(inNamespace)) return runner(inNamespace, 0);
  throw new OperatorError(
    'PostgreSQL does not run as root, and no other user can reach this folder: ' +
      'move it out of a folder that only root may enter, or start as an ordinary user.',
  );
}

function canEnter(folder: string, uid: number): boolean {
  const probe = spawnSync('/bin/sh', ['-c', 'test -x "$0"', folder], {
    uid,
    gid: uid,
    stdio: 'ignore',
    timeout: TIMEOUT_MILLISECONDS,
  });
  return probe.status === 0;
}

function canRun(command: SpawnCommand): boolean {
  const [file, args, options] = command('postgres', ['--version']);
  return spawnSync(file, args, { ...options, stdio: 'ignore', timeout: TIMEOUT_MILLISECONDS }).status === 0;
}

function runner(command: SpawnCommand, ownerUid: number | undefined): Runner {
  const run: Runner['run'] = (program, args, detached) => {
    const [file, all, options] = command(program, args);
    // A server that is started inherits our pipes and would keep them open: it gets none.
    const stdio = detached ? 'ignore' : ['ignore', 'pipe', 'pipe'];
    const child = spawn(file, all, {
      ...options,
      stdio,
      timeout: TIMEOUT_MILLISECONDS,
      detached: detached !== undefined && process.platform !== 'win32',
    } as SpawnOptions);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (output += chunk));
    return new Promise((resolve, reject) => {
      child.once('error', () => reject(unsupportedPlatform()));
      child.once(detached ? 'exit' : 'close', (code: number | null) => resolve({ code, output }));
    });
  };
  return { ownerUid, run };
}
