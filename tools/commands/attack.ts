import fs from 'node:fs';
import { runCampaign, countFailures, summarize } from '../../test/attack/campaign.ts';
import { startPgBouncer } from '../../test/support/pooling/pgbouncer.ts';
import { startPoolingProxy } from '../../test/support/pooling/pooling-proxy.ts';
import { isDistinguishable } from '../../test/attack/timing-comparison.ts';
import { runCommand } from '../../server/operations/run-command.ts';
import { parseOptions } from '../../server/operations/parse-options.ts';
import { OperatorError } from '../../server/operations/operator-error.ts';
import { inRoot } from '../../server/operations/paths.ts';

const USAGE =
  'npm run attack [-- --minutes <duration of random requests, 0 to 1440, default 0> --seed <integer, default 1> --pooler <proxy, or the path of a pgbouncer> --replica]';

/**
 * `npm run attack [-- --minutes 30] [--seed 7]`: attacks a running API with requests generated from the schema, and
 * compares every response with an independent model. The exit code is 1 if a response is wrong.
 */
await runCommand(async ({ environment, args, signal, print }) => {
  const { minutes, seed, pooler, replica } = parseArguments(args);
  const folder = inRoot('.test/attack', String(process.pid));
  fs.mkdirSync(folder, { recursive: true });
  try {
    const randomMilliseconds = minutes * 60_000;
    const startPooler =
      pooler === undefined ? undefined : pooler === 'proxy' ? startPoolingProxy : startPgBouncer(pooler);
    const outcome = await runCampaign({
      folder,
      environment,
      seed,
      randomMilliseconds,
      signal,
      startPooler,
      hasReplica: replica,
      log: print,
    });
    for (const timing of outcome.timings) {
      const { operation, superiority, deviation } = timing;
      const result = isDistinguishable(timing) ? 'DISTINGUISHABLE' : 'not distinguishable';
      print(
        `  ${operation}: foreign rows slower than missing rows in ${(superiority * 100).toFixed(1)} % (${deviation.toFixed(1)} σ): ${result}`,
      );
    }
    print(`${summarize(outcome)} (seed ${seed})`);
    return countFailures(outcome) === 0 ? 0 : 1;
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
});

function parseArguments(args: readonly string[]): {
  readonly minutes: number;
  readonly seed: number;
  readonly pooler: string | undefined;
  readonly replica: boolean;
} {
  const options = {
    minutes: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
    pooler: { type: 'string' },
    replica: { type: 'boolean', default: false },
  } as const;
  const { values } = parseOptions(args, options, USAGE);
  const [minutes, seed] = [Number(values.minutes), Number(values.seed)];
  const isValid = minutes >= 0 && minutes <= 1_440 && Number.isSafeInteger(seed);
  if (!isValid) throw new OperatorError(`Invalid arguments: ${args.join(' ')}. Usage: ${USAGE}`);
  return { minutes, seed, pooler: values.pooler, replica: values.replica };
}
