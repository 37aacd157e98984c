import { runCommand } from '../../server/operations/command.ts';
import { parseOptions } from '../../server/operations/command-options.ts';
import { FORMAT_FLAGS, TOOLS } from '../../server/operations/paths.ts';
import { runTool } from '../supervisor/run-tool.ts';

/** `npm run format`: writes every file in the one format; `npm run format -- <paths>` only those. */
await runCommand(async ({ environment, args, signal }) => {
  const { positionals } = parseOptions(args, {}, 'npm run format [-- <path> …]', true);
  const paths = positionals.length > 0 ? positionals : ['.'];
  const { code } = await runTool(TOOLS.biome, ['format', '--write', ...FORMAT_FLAGS, ...paths], {
    environment,
    signal,
    inheritOutput: true,
  });
  return code;
});
