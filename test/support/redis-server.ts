import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { freePort } from '../../server/operations/ports.ts';

/** The Redis or Valkey server of this machine; undefined if it has none. */
export const REDIS_COMMAND = ['redis-server', 'valkey-server'].find(
  (command) => spawnSync(command, ['--version']).status === 0,
);

/** A Redis server without persistence that a test can stop. */
export interface RedisServer {
  readonly url: string;
  /** Starts it again, empty, on the same port. */
  start(): Promise<void>;
  /** Ends it at once, as a crash does. */
  kill(): Promise<void>;
  /** Suspends it: it accepts connections, and answers nothing. */
  suspend(): void;
  resume(): void;
}

/** Options of a Redis server. */
export interface RedisOptions {
  /** Files for TLS; without them, the connections are not encrypted. */
  readonly tls?: { readonly keyFile: string; readonly certificateFile: string };
  readonly password?: string;
}

/** Starts a Redis server on a free port. */
export async function startRedis({ tls, password }: RedisOptions = {}): Promise<RedisServer> {
  const port = await freePort();
  const listen =
    tls === undefined
      ? ['--port', String(port)]
      : `--port 0 --tls-port ${port} --tls-auth-clients no --tls-cert-file ${tls.certificateFile} --tls-key-file ${
          tls.keyFile
        } --tls-ca-cert-file ${tls.certificateFile}`.split(' ');
  let child: ChildProcess | undefined;
  const killAtExit = () => child?.kill('SIGKILL');
  const start = async () => {
    const options = [...listen, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    if (password !== undefined) options.push('--requirepass', password);
    const started = spawn(REDIS_COMMAND ?? 'redis-server', options, { stdio: ['ignore', 'pipe', 'ignore'] });
    child = started;
    for await (const line of createInterface(started.stdout)) if (line.includes('Ready to accept connections')) break;
    started.stdout.resume();
  };
  process.once('exit', killAtExit);
  await start();
  return {
    url: `${tls === undefined ? 'redis' : 'rediss'}://${password === undefined ? '' : `:${password}@`}127.0.0.1:${port}/0`,
    start,
    async kill() {
      if (child === undefined) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
    suspend: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
  };
}
