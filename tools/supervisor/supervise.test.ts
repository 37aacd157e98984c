import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { PassingProblem, OperatorError } from '../../server/operations/operator-error.ts';
import { inRoot } from '../../server/operations/paths.ts';
import { RestartBudget } from './restart-budget.ts';
import { startService } from './service.ts';
import { isApiSource } from './services.ts';
import { type Dependency, type Part, type Supervised, supervise } from './supervise.ts';

/** Reads, as the API does, files that it does not import; one that it does not understand ends it. */
const SERVICE = `import fs from 'node:fs';
const [policy, seen]: string[] = process.argv.slice(2);
const text = fs.existsSync(policy) ? fs.readFileSync(policy, 'utf8') : 'none';
fs.appendFileSync(seen, text + '\\n');
if (text.startsWith('broken')) throw new Error(text);
setInterval(() => {}, 1_000);
`;

describe('a part that follows its sources', { timeout: 60_000 }, () => {
  let folder: string;
  let policy: string;
  let seen: string;
  let service: Supervised;
  const said: string[] = [];
  const saw = (text: string) => vi.waitUntil(() => last(seen) === text, { timeout: 20_000 });

  beforeEach(async () => {
    folder = temporaryFolder();
    const elsewhere = temporaryFolder();
    [policy, seen] = [path.join(folder, 'below', 'x.graphql'), path.join(elsewhere, 'seen')];
    const script = path.join(elsewhere, 'service.ts');
    fs.mkdirSync(path.dirname(policy));
    fs.writeFileSync(script, SERVICE);
    fs.writeFileSync(policy, 'public');
    const output = fs.openSync(path.join(elsewhere, 'output'), 'w');
    said.length = 0;
    const start = () => startService('the test', [script, policy, seen], process.env, output);
    service = supervise(start(), async () => start(), {
      say: (line) => said.push(line),
      sources: { folders: [folder], counts: (file) => file.endsWith('.graphql') },
    });
    onTestFinished(() => service.stop());
    await saw('public');
  });

  // covers: ENGINE-17
  test('takes up each change, also of what has been replaced, removed, or is in a new folder', async () => {
    const replace = (text: string) => {
      fs.writeFileSync(`${policy}.new`, text);
      fs.renameSync(`${policy}.new`, policy);
    };
    const renew = (text: string) => {
      fs.rmSync(path.dirname(policy), { recursive: true });
      fs.mkdirSync(path.dirname(policy));
      fs.writeFileSync(policy, text);
    };
    for (const [index, change] of [replace, renew, replace].entries()) {
      change(`changed ${index}`);
      await saw(`changed ${index}`);
      fs.writeFileSync(policy, `written ${index}`);
      await saw(`written ${index}`);
    }
    fs.rmSync(policy);
    await saw('none');
    renew('in a new folder');
    await saw('in a new folder');
    expect(said).toEqual([]);
  });

  // covers: ENGINE-17
  test('says that it ended by a mistake, and comes back when that is mended', async () => {
    fs.writeFileSync(policy, 'broken');
    await vi.waitUntil(() => said.length > 0, { timeout: 20_000 });
    fs.writeFileSync(policy, 'mended');
    await saw('mended');
    expect(said).toEqual(['  the test ended with exit code 1; it starts again when a file changes.']);
  });
});

const never = new Promise<never>(() => undefined);

/** A part whose runs end when the test says so. */
class Staged {
  readonly said: string[] = [];
  readonly supervised: Supervised;
  /** Runs that have begun. */
  runs = 0;
  /** Thrown by the next attempts to restart. */
  failure: Error | undefined;
  #end: (how: string) => void = () => undefined;
  #refusal: string | undefined;

  constructor(budget: RestartBudget, { isReady = true, needs }: { isReady?: boolean; needs?: Dependency } = {}) {
    this.supervised = supervise(this.#begin(isReady), async () => this.#begin(true), {
      say: (line) => this.said.push(line),
      budget,
      ...(needs && { needs }),
    });
  }

  /** Ends the present run, once it has been taken up; with a refusal, if one is given. */
  async end(how: string, refusal?: string): Promise<void> {
    await new Promise(setImmediate);
    this.#refusal = refusal;
    this.#end(how);
  }

  #begin(isReady: boolean): Part {
    if (this.failure !== undefined) throw this.failure;
    this.runs += 1;
    const ended = Promise.withResolvers<string>();
    this.#end = ended.resolve;
    const refusal = () => this.#refusal;
    return {
      name: 'the part',
      pid: this.runs,
      ready: isReady ? Promise.resolve() : never,
      ended: ended.promise,
      get refusal() {
        return refusal();
      },
      stop: async () => ended.resolve('the part ended by SIGTERM'),
    };
  }
}

/** A dependency that does not answer until the test says so, each time. */
class Away implements Dependency {
  readonly name = 'the database';
  isAway = true;
  #back = Promise.withResolvers<void>();

  readonly answers = async () => !this.isAway;
  readonly untilAnswers = (signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      void this.#back.promise.then(resolve);
    });

  /** Lets what waits go on; what ends after that waits anew. */
  comeBack(): void {
    this.#back.resolve();
    this.#back = Promise.withResolvers();
  }
}

describe('supervise', () => {
  const quick = (most = 5) => new RestartBudget({ most, firstDelay: 1 });
  let staged: Staged;
  const hasRun = (times: number) => vi.waitUntil(() => staged.runs === times);
  afterEach(() => staged.supervised.stop());

  test.each(['by SIGKILL', 'by SIGSEGV', 'with exit code 1', 'with exit code 0'])(
    'a part that ended %s is restarted, and one line says why',
    async (how) => {
      staged = new Staged(quick());
      await staged.end(`the part ended ${how}`);
      await hasRun(2);
      expect(staged.said).toEqual([`  the part ended ${how}; restarting in 0.0 s`]);
      expect(staged.supervised.pid).toBe(2);
    },
  );

  test('a part that ends more often than the budget allows is given up, with the reason', async () => {
    staged = new Staged(quick(3));
    for (const run of [1, 2, 3, 4]) {
      await hasRun(run);
      await staged.end('the part ended by SIGKILL');
    }
    expect(await staged.supervised.failed).toBe('the part ended by SIGKILL, after 3 restarts within a minute');
    expect(staged.runs).toBe(4);
  });

  // covers: OPS-02
  test('a part that refuses to start is given up at once, with its sentence', async () => {
    staged = new Staged(quick());
    await staged.end('the part ended by SIGKILL');
    await hasRun(2);
    await staged.end('the part ended with exit code 1', 'Set API_PORT.');
    expect(await staged.supervised.failed).toBe('the part refused to start: Set API_PORT.');
    expect(staged.runs).toBe(2);
  });

  test('a part whose restart fails with an operator error is given up at once, with its sentence', async () => {
    staged = new Staged(quick());
    staged.failure = new OperatorError('The disk is full.');
    await staged.end('the part ended by SIGKILL');
    expect(await staged.supervised.failed).toBe('the part refused to start: The disk is full.');
  });

  test('a part whose restart fails with any other error is tried again', async () => {
    staged = new Staged(new RestartBudget({ firstDelay: 100 }));
    staged.failure = new Error('EAGAIN');
    await staged.end('the part ended by SIGKILL');
    await vi.waitUntil(() => staged.said.length >= 2);
    staged.failure = undefined;
    await hasRun(2);
    expect(staged.said[1]).toMatch(/^ {2}the part could not be started: EAGAIN; restarting in/);
  });

  test('a part that ends before it has served even once is given up at once', async () => {
    staged = new Staged(quick(), { isReady: false });
    await staged.end('the part ended with exit code 1');
    expect(await staged.supervised.failed).toBe('the part ended with exit code 1');
    expect(staged.runs).toBe(1);
  });

  test('a part that waits for its restart is stopped at once, and then is not restarted', async () => {
    staged = new Staged(new RestartBudget({ firstDelay: 600_000 }));
    await staged.end('the part ended by SIGKILL');
    await vi.waitUntil(() => staged.said.length === 1);
    await staged.supervised.stop();
    expect(staged.runs).toBe(1);
  });

  test('a part whose restart fails for a reason that may pass is tried again', async () => {
    staged = new Staged(new RestartBudget({ firstDelay: 100 }));
    staged.failure = new PassingProblem('Port 5432 is taken.');
    await staged.end('the part ended by SIGKILL');
    await vi.waitUntil(() => staged.said.length >= 2);
    staged.failure = undefined;
    await hasRun(2);
    expect(staged.said[1]).toMatch(/^ {2}the part could not be started: Port 5432 is taken\.; restarting in/);
  });

  // covers: OPS-02
  test.each([1, 6, 20])(
    'a part that ends %i times while what it needs is away is restarted when that is back, and no restart is counted',
    async (times) => {
      const database = new Away();
      staged = new Staged(quick(1), { needs: database });
      for (let run = 1; run <= times; run += 1) {
        await hasRun(run);
        await staged.end('the part ended with exit code 1');
        await vi.waitUntil(() => staged.said.length === run);
        expect(staged.runs).toBe(run);
        database.comeBack();
      }
      await hasRun(times + 1);
      expect(new Set(staged.said)).toEqual(
        new Set(['  the part ended with exit code 1; restarting when the database answers']),
      );
      // And what ends while it is there is counted.
      database.isAway = false;
      for (const run of [1, 2]) {
        await hasRun(times + run);
        await staged.end('the part ended by SIGKILL');
      }
      expect(await staged.supervised.failed).toBe('the part ended by SIGKILL, after 1 restarts within a minute');
    },
  );

  test('a part that refuses to start while what it needs is away is given up at once', async () => {
    staged = new Staged(quick(), { needs: new Away() });
    await staged.end('the part ended with exit code 1', 'Set API_PORT.');
    expect(await staged.supervised.failed).toBe('the part refused to start: Set API_PORT.');
  });

  test('a part that waits for what it needs is stopped at once', async () => {
    staged = new Staged(quick(), { needs: new Away() });
    await staged.end('the part ended by SIGKILL');
    await vi.waitUntil(() => staged.said.length === 1);
    await staged.supervised.stop();
    expect(staged.runs).toBe(1);
  });
});

// covers: ENGINE-17
test('the API is started anew for each file of the SDL, and not for what is generated from it', () => {
  const files = fs.globSync('schema/**/*.graphql', { cwd: inRoot() }).map((file) => inRoot(file));
  expect(files.length).toBeGreaterThan(0);
  for (const file of [...files, inRoot('server/main.ts'), inRoot('runtime/token.ts')])
    expect(isApiSource(file)).toBe(true);
  for (const file of [
    'server/generated/resolvers.ts',
    'server/app.test.ts',
    'tools/commands/dev.ts',
    'schema/access-map.md',
  ])
    expect(isApiSource(inRoot(file))).toBe(false);
});

function last(file: string): string | undefined {
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim().split('\n').at(-1) : undefined;
}
