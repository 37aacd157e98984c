import fs from 'node:fs';
import { OperatorError } from '../../../server/operations/operator-error.ts';
import { parseOptions } from '../../../server/operations/parse-options.ts';
import { runCommand } from '../../../server/operations/run-command.ts';
import type { Report } from '../benchmark.ts';
import { drawPicture } from './picture.ts';

const USAGE = 'node tools/bench/peers/draw-picture.ts <report.json> <picture.svg> [<title of a table>]';

/** Draws a table of `npm run --silent bench -- peers --json` as an SVG. Default: the first table. */
await runCommand(async ({ args, print }) => {
  const { positionals } = parseOptions(args, {}, USAGE, true);
  const [reportFile, pictureFile, title] = positionals;
  if (reportFile === undefined || pictureFile === undefined) throw new OperatorError(`Usage: ${USAGE}`);
  const { machine, peers } = JSON.parse(fs.readFileSync(reportFile, 'utf8')) as { machine: string; peers?: Report };
  const [first] = peers?.tables ?? [];
  if (peers === undefined || first === undefined)
    throw new OperatorError(`${reportFile} is no report of the benchmark "peers" with a table.`);
  fs.writeFileSync(pictureFile, drawPicture(peers, title ?? first.title, machine));
  print(`Drew "${title ?? first.title}".`);
  return 0;
});
