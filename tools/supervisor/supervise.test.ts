import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { TransientError, OperatorError } from '../../server/operations/operator-error.ts';
import { inRoot } from '../../server/operations/paths.ts';
import { RestartBudget } from './restart-budget.ts';
import { startService } from './start-service.ts';
import { isApiSource } from './api-and-web.ts';
import { type Dependency, type ServiceRun, type SupervisedService, supervise } from './supervise.ts';

/** As the API does, it reads a file that it does not import, and exits if the file is invalid. */
const SERVICE = `import fs from 'node:fs';
const [policy, seen]: string[] = process.argv.slice(2);
const text = fs.existsSync(policy) ? fs.readFileSync(policy, 'utf8') : 'none';
fs.appendFileSync(seen, text + '\\n');
if (text.startsWith('broken')) throw new Error(text);
setInterval(() => {}, 1_000);
`;

describe('supervise, with sources', { timeout: 60_000 }, () => {
  let folder: string;
  let policy: string;
  let seen: string;
  let service: SupervisedService;
  const logged: string[] = [];
  const hasSeen = (text: string) => vi.waitUntil(() => last(seen) === text, { timeout: 20_000 });

  beforeEach(async () => {
    folder = temporaryFolder();
    const elsewhere = temporaryFolder();
    [policy, seen] = [path.join(folder, 'below', 'x.graphql'), path.join(elsewhere, 'seen')];
    const script = path.join(elsewhere, 'service.ts');
    fs.mkdirSync(path.dirname(policy));
    fs.writeFileSync(script, SERVICE);
    fs.writeFileSync(policy, 'public');
    const output = fs.openSync(path.join(elsewhere, 'output'), 'w');
    logged.length = 0;
    const start = () => startService('the test', [script, policy, seen], process.env, output);
    service = supervise(start(), async () => start(), {
      log: (line) => logged.push(line),
      sources: { folders: [folder], isIncluded: (file) => file.endsWith('.graphql') },
    });
    onTestFinished(() => service.stop());
    await hasSeen('public');
  });

  // covers: ENGINE-17
  test('restarts a service on each change of a source: a file rewritten, replaced, removed, or in a new folder', async () => {
    const replace = (text: string) => {
      fs.writeFileSync(`${policy}.new`, text);
      fs.renameSync(`${policy}.new`, policy);
    };
    const recreate = (text: string) => {
      fs.rmSync(path.dirname(policy), { recursive: true });
      fs.mkdirSync(path.dirname(policy));
      fs.writeFileSync(policy, text);
    };
    for (const [index, change] of [replace, recreate, replace].entries()) {
      change(`changed ${index}`);
      await hasSeen(`changed ${index}`);
      fs.writeFileSync(policy, `written ${index}`);
      await hasSeen(`written ${index}`);
    }
    fs.rmSync(policy);
    await hasSeen('none');
    recreate('in a new folder');
    await hasSeen('in a new folder');
    expect(logged).toEqual([]);
  });

  // covers: ENGINE-17
  test('logs that a service ended because of an invalid source, and restarts it when the source is corrected', async () => {
    fs.writeFileSync(policy, 'broken');
    await vi.waitUntil(() => logged.length > 0, { timeout: 20_000 });
    fs.writeFileSync(policy, 'corrected');
    await hasSeen('corrected');
    expect(logged).toEqual(['  the test ended with exit code 1; it restarts when a file changes.']);
  });
});

const never = new Promise<never>(() => undefined);

/** A supervised service whose runs end when the test calls `end`. */
class FakeService {
  readonly logged: string[] = [];
  readonly supervised: SupervisedService;
  /** The number of runs that have been started. */
  runs = 0;
  /** Thrown by the next attempts to restart. */
  failure: Error | undefined;
  #end: (reason: string) => void = () => undefined;
  #refusal: string | undefined;

  constructor(
    budget: RestartBudget,
    { isReady = true, dependency }: { isReady?: boolean; dependency?: Dependency } = {},
  ) {
    this.supervised = supervise(this.#start(isReady), async () => this.#start(true), {
      log: (line) => this.logged.push(line),
      budget,
      ...(dependency && { dependency }),
    });
  }

  /** Ends the current run, after the supervisor has begun to wait for its end. */
  async end(reason: string, refusal?: string): Promise<void> {
    await new Promise(setImmediate);
    this.#refusal = refusal;
    this.#end(reason);
  }

  #start(isReady: boolean): ServiceRun {
    if (this.failure !== undefined) throw this.failure;
    this.runs += 1;
    const ended = Promise.withResolvers<string>();
    this.#end = ended.resolve;
    const refusal = () => this.#refusal;
    return {
      name: 'the service',
      pid: this.runs,
      ready: isReady ? Promise.resolve() : never,
      ended: ended.promise,
      get refusal() {
        return refusal();
      },
      stop: async () => ended.resolve('the service ended by SIGTERM'),
    };
  }
}

/** A dependency that becomes available when the test calls `recover`. */
class FakeDatabase implements Dependency {
  readonly name = 'the database';
  isDown = true;
  #recovered = Promise.withResolvers<void>();

  readonly isAvailable = async () => !this.isDown;
  readonly whenAvailable = (signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      void this.#recovered.promise.then(resolve);
    });

  /** Resolves the pending waits; later ones wait for the next call. */
  recover(): void {
    this.#recovered.resolve();
    this.#recovered = Promise.withResolvers();
  }
}

describe('supervise', () => {
  const quickBudget = (maxRestarts = 5) => new RestartBudget({ maxRestarts, maxFirstDelay: 1 });
  let service: FakeService;
  const hasRun = (times: number) => vi.waitUntil(() => service.runs === times);
  afterEach(() => service.supervised.stop());

  test.each(['by SIGKILL', 'by SIGSEGV', 'with exit code 1', 'with exit code 0'])(
    'restarts a service that ended %s, and logs why in one line',
    async (how) => {
      service = new FakeService(quickBudget());
      await service.end(`the service ended ${how}`);
      await hasRun(2);
      expect(service.logged).toEqual([`  the service ended ${how}; restarting in 0.0 s`]);
      expect(service.supervised.pid).toBe(2);
    },
  );

  test('gives up a service that ends more often than the budget allows, with the reason', async () => {
    service = new FakeService(quickBudget(3));
    for (const run of [1, 2, 3, 4]) {
      await hasRun(run);
      await service.end('the service ended by SIGKILL');
    }
    expect(await service.supervised.failed).toBe('the service ended by SIGKILL, after 3 restarts within a minute');
    expect(service.runs).toBe(4);
  });

  // covers: OPS-02
  test('gives up a service that refuses to start at once, with its message', async () => {
    service = new FakeService(quickBudget());
    await service.end('the service ended by SIGKILL');
    await hasRun(2);
    await service.end('the service ended with exit code 1', 'Set API_PORT.');
    expect(await service.supervised.failed).toBe('the service refused to start: Set API_PORT.');
    expect(service.runs).toBe(2);
  });

  test('gives up a service whose restart fails with an operator error at once, with its message', async () => {
    service = new FakeService(quickBudget());
    service.failure = new OperatorError('The disk is full.');
    await service.end('the service ended by SIGKILL');
    expect(await service.supervised.failed).toBe('the service refused to start: The disk is full.');
  });

  test('retries a restart that failed with any other error', async () => {
    service = new FakeService(new RestartBudget({ maxFirstDelay: 100 }));
    service.failure = new Error('EAGAIN');
    await service.end('the service ended by SIGKILL');
    await vi.waitUntil(() => service.logged.length >= 2);
    service.failure = undefined;
    await hasRun(2);
    expect(service.logged[1]).toMatch(/^ {2}the service could not be started: EAGAIN; restarting in/);
  });

  test('gives up a service at once that ends before it was ready even once', async () => {
    service = new FakeService(quickBudget(), { isReady: false });
    await service.end('the service ended with exit code 1');
    expect(await service.supervised.failed).toBe('the service ended with exit code 1');
    expect(service.runs).toBe(1);
  });

  test('stops a service that waits for its restart at once, and does not restart it', async () => {
    service = new FakeService(new RestartBudget({ maxFirstDelay: 600_000 }));
    await service.end('the service ended by SIGKILL');
    await vi.waitUntil(() => service.logged.length === 1);
    await service.supervised.stop();
    expect(service.runs).toBe(1);
  });

  test('retries a restart that failed with a transient error', async () => {
    service = new FakeService(new RestartBudget({ maxFirstDelay: 100 }));
    service.failure = new TransientError('Port 5432 is taken.');
    await service.end('the service ended by SIGKILL');
    await vi.waitUntil(() => service.logged.length >= 2);
    service.failure = undefined;
    await hasRun(2);
    expect(service.logged[1]).toMatch(/^ {2}the service could not be started: Port 5432 is taken\.; restarting in/);
  });

  // covers: OPS-02
  test.each([1, 6, 20])(
    'restarts a service that ends %i times while its dependency is down when that is available, and counts none of these restarts',
    async (times) => {
      const database = new FakeDatabase();
      service = new FakeService(quickBudget(1), { dependency: database });
      for (let run = 1; run <= times; run += 1) {
        await hasRun(run);
        await service.end('the service ended with exit code 1');
        await vi.waitUntil(() => service.logged.length === run);
        expect(service.runs).toBe(run);
        database.recover();
      }
      await hasRun(times + 1);
      expect(new Set(service.logged)).toEqual(
        new Set(['  the service ended with exit code 1; restarting when the database answers']),
      );
      // An end while the dependency is available is counted.
      database.isDown = false;
      for (const run of [1, 2]) {
        await hasRun(times + run);
        await service.end('the service ended by SIGKILL');
      }
      expect(await service.supervised.failed).toBe('the service ended by SIGKILL, after 1 restarts within a minute');
    },
  );

  test('gives up a service at once that refuses to start while its dependency is down', async () => {
    service = new FakeService(quickBudget(), { dependency: new FakeDatabase() });
    await service.end('the service ended with exit code 1', 'Set API_PORT.');
    expect(await service.supervised.failed).toBe('the service refused to start: Set API_PORT.');
  });

  test('stops a service that waits for its dependency at once', async () => {
    service = new FakeService(quickBudget(), { dependency: new FakeDatabase() });
    await service.end('the service ended by SIGKILL');
    await vi.waitUntil(() => service.logged.length === 1);
    await service.supervised.stop();
    expect(service.runs).toBe(1);
  });
});

// covers: ENGINE-17
test('isApiSource includes each SDL file and the trusted documents, and no other generated file, test or command', () => {
  expect(isApiSource(inRoot('server/generated/trusted-documents.json'))).toBe(true);
  const files = fs.globSync('schema/**/*.graphql', { cwd: inRoot() }).map((file) => inRoot(file));
  expect(files.length).toBeGreaterThan(0);
  for (const file of [...files, inRoot('server/main.ts'), inRoot('runtime/token.ts')])
    expect(isApiSource(file)).toBe(true);
  for (const file of [
    'server/generated/resolvers.ts',
    'server/app.test.ts',
    'server/commands/access.ts',
    'schema/access-map.md',
  ])
    expect(isApiSource(inRoot(file))).toBe(false);
});

function last(file: string): string | undefined {
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim().split('\n').at(-1) : undefined;
}
