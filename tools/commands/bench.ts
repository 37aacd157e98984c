import fs from 'node:fs';
import os from 'node:os';
import { BENCHMARKS } from '../bench/benchmark-list.ts';
import { printReport } from '../bench/report.ts';
import { runCommand } from '../../server/operations/run-command.ts';
import { parseOptions } from '../../server/operations/parse-options.ts';
import { OperatorError } from '../../server/operations/operator-error.ts';
import { inRoot } from '../../server/operations/paths.ts';

/**
 * `npm run bench [-- <name> … --json]`: runs the named benchmarks, or all, and prints the results. No result makes it
 * fail. With `--json` standard output is one JSON object; progress goes to standard error.
 */
await runCommand(async ({ args, signal, print }) => {
  const options = { json: { type: 'boolean', default: false } } as const;
  const usage = `npm run bench [-- <name> … --json]\nBenchmarks:\n${benchmarkList()}`;
  const { values, positionals: names } = parseOptions(args, options, usage, true);
  const isJson = values.json;
  const unknown = names.find((name) => !BENCHMARKS.has(name));
  if (unknown !== undefined)
    throw new OperatorError(`There is no benchmark "${unknown}". Benchmarks:\n${benchmarkList()}`);

  const folder = inRoot('.test/bench', String(process.pid));
  fs.mkdirSync(folder, { recursive: true });
  const log = (line: string) => process.stderr.write(`${line}\n`);
  const reports: Record<string, unknown> = { machine: machine() };
  try {
    if (!isJson) print(`On ${machine()}`);
    for (const [name, { about, run }] of BENCHMARKS) {
      if (names.length > 0 && !names.includes(name)) continue;
      signal.throwIfAborted();
      const report = await run({ log, signal, folder });
      reports[name] = { about, ...report };
      if (!isJson) printReport(`\n${name}: ${about}`, report, print);
    }
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
  if (isJson) print(JSON.stringify(reports, null, 2));
  return 0;
});

function benchmarkList(): string {
  return [...BENCHMARKS].map(([name, { about }]) => `  ${name}: ${about}`).join('\n');
}

function machine(): string {
  const [first] = os.cpus();
  const load = os.loadavg()[0]?.toFixed(2);
  return `${first?.model ?? 'unknown processor'}, ${os.cpus().length} cores, load ${load}; Node ${process.version}, ${os.type()} ${os.release()}`;
}
