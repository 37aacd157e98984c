import { type SpawnOptions, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { OperatorError } from '../operator-error.ts';
import { unsupportedPlatform, type Program } from './postgres-binaries.ts';

/** PostgreSQL refuses to run as root; under root it runs as `nobody`. */
const NOBODY_UID = 65_534;

const TIMEOUT_MILLISECONDS = 60_000;

/** Runs the server's programs. */
export interface Runner {
  /** The user id that must own the cluster's files, as this process sees it; undefined if this process is not root. */
  readonly ownerUid: number | undefined;
  /**
   * Runs a program to its end, for at most a minute. A `detached` one has no output, and does not receive Ctrl-C.
   */
  readonly run: (program: Program, args: readonly string[], detached?: 'detached') => Promise<ProgramResult>;
}

/** The result of a program. */
export interface ProgramResult {
  /** Null if a signal ended it. */
  readonly code: number | null;
  readonly output: string;
}

type SpawnCommand = (program: Program, args: readonly string[]) => readonly [string, readonly string[], SpawnOptions];

/**
 * Chooses how to run the programs: as the current user; under root, as the owner of the cluster or as `nobody`, if that
 * user can reach the programs and the cluster; otherwise in a user namespace, where root's files belong to another user.
 * @param pathOf returns the path of a program
 * @param cluster the folder of the cluster, which may not exist yet
 * @throws {OperatorError} if the server cannot run here
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
    // A server that pg_ctl starts would inherit the pipes and keep them open.
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
