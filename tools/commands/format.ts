import { runCommand } from '../../server/operations/run-command.ts';
import { parseOptions } from '../../server/operations/parse-options.ts';
import { FORMAT_FLAGS, TOOLS } from '../script-paths.ts';
import { runTool } from '../supervisor/run-tool.ts';

/** `npm run format`: formats every file; `npm run format -- <path> …` formats these files and folders. */
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
