import fs from 'node:fs';
import os from 'node:os';
import { BENCHMARKS } from '../bench/benchmark-list.ts';
import { printReport } from '../bench/report.ts';
import { runCommand } from '../../server/operations/run-command.ts';
import { parseOptions } from '../../server/operations/parse-options.ts';
import { OperatorError } from '../../server/operations/operator-error.ts';
import { inRoot } from '../../server/operations/paths.ts';

/**
 * `npm run bench [-- <name> … --json]`: runs the named benchmarks, or all that need no network, and prints the results.
 * No result makes it fail. With `--json` standard output is one JSON object; progress goes to standard error. `--only`
 * and `--rounds` run a part of one benchmark.
 */
await runCommand(async ({ args, signal, print }) => {
  const options = {
    json: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    rounds: { type: 'string' },
  } as const;
  const usage = `npm run bench [-- <name> … --json]\n       npm run bench -- peers [--only <part>,… --rounds <number>]; benchmarks:\n${benchmarkList()}`;
  const { values, positionals: names } = parseOptions(args, options, usage, true);
  const isJson = values.json;
  const unknown = names.find((name) => !BENCHMARKS.has(name));
  if (unknown !== undefined)
    throw new OperatorError(`There is no benchmark "${unknown}". Benchmarks:\n${benchmarkList()}`);
  const part = readPart(names, values.only, values.rounds);

  const folder = inRoot('.test/bench', String(process.pid));
  fs.mkdirSync(folder, { recursive: true });
  const log = (line: string) => process.stderr.write(`${line}\n`);
  const reports: Record<string, unknown> = { machine: machine() };
  try {
    if (!isJson) print(`On ${machine()}`);
    for (const [name, { about, run, isOptIn = false }] of BENCHMARKS) {
      if (names.length > 0 ? !names.includes(name) : isOptIn) continue;
      signal.throwIfAborted();
      const report = await run({ log, signal, folder, ...part });
      reports[name] = { about, ...report };
      if (!isJson) printReport(`\n${name}: ${about}`, report, print);
    }
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
  if (isJson) print(JSON.stringify(reports, null, 2));
  return 0;
});

/**
 * Reads `--only` and `--rounds`.
 * @throws {OperatorError} if not exactly one benchmark with parts is named, or a value is not one of its parts
 */
function readPart(names: readonly string[], only: string, rounds: string | undefined) {
  const parts = only.split(',').filter((part) => part !== '');
  if (parts.length === 0 && rounds === undefined) return {};
  const [name = ''] = names;
  const known = names.length === 1 ? BENCHMARKS.get(name)?.parts : undefined;
  if (known === undefined)
    throw new OperatorError('--only and --rounds are of one benchmark: name one that has parts, for example peers.');
  const unknown = parts.find((part) => !known.includes(part));
  if (unknown !== undefined)
    throw new OperatorError(`"${unknown}" is no part of the benchmark "${name}". Its parts: ${known.join(', ')}`);
  if (rounds !== undefined && !/^[1-9]\d?$/.test(rounds))
    throw new OperatorError(`Invalid value for --rounds: "${rounds}". Give a number from 1 to 99.`);
  return { ...(parts.length > 0 && { only: parts }), ...(rounds !== undefined && { rounds: Number(rounds) }) };
}

function benchmarkList(): string {
  return [...BENCHMARKS].map(([name, { about }]) => `  ${name}: ${about}`).join('\n');
}

function machine(): string {
  const [first] = os.cpus();
  const load = os.loadavg()[0]?.toFixed(2);
  return `${first?.model ?? 'unknown processor'}, ${os.cpus().length} cores, load ${load}; Node ${process.version}, ${os.type()} ${os.release()}`;
}
