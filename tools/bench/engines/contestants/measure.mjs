/**
 * The process of one engine. Its parent sends what to do, and gets an answer for each message: `check` runs the corpus,
 * `measure` an operation, with the engine and without it in turn.
 */
import { CORPUS, OPERATIONS } from './corpus.mjs';
import { effects, VIEWERS } from './domain.mjs';

const { create } = await import(`./${process.argv[2]}.mjs`);
const engine = await create(true);
const bare = await create(false);

const run = (execute, [viewer, text, variables], operationName) =>
  execute(text, variables, { viewer: VIEWERS[viewer] }, operationName);

async function check() {
  const wrong = [];
  let partial = 0;
  for (const [viewer, text, variables, { secret, data }, operationName] of CORPUS) {
    effects.count = 0;
    let answer;
    try {
      answer = await run(engine, [viewer, text, variables], operationName);
    } catch (error) {
      answer = { errors: [error] };
    }
    const said = JSON.stringify(answer);
    const what = JSON.stringify([viewer, text, variables]);
    if (data !== undefined && (answer.errors || !said.includes(data))) wrong.push(`refused, must be allowed: ${what}`);
    if (secret !== undefined && JSON.stringify(answer.data ?? null).includes(secret)) wrong.push(`leaked: ${what}`);
    if (secret !== undefined && effects.count > 0) partial++;
  }
  return { requests: CORPUS.length, wrong, partial };
}

async function cost(execute, operation, count) {
  const before = process.cpuUsage();
  for (let done = 0; done < count; done++) {
    try {
      await run(execute, operation);
    } catch {
      // Mercurius throws what it refuses.
    }
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
}

process.on('message', async ({ kind, name, count }) => {
  if (kind === 'check') return process.send(await check());
  const operation = OPERATIONS[name];
  const [first, second] = Math.random() < 0.5 ? [engine, bare] : [bare, engine];
  const one = await cost(first, operation, count);
  const two = await cost(second, operation, count);
  process.send(first === engine ? { engine: one, bare: two } : { engine: two, bare: one });
});
process.send('ready');
