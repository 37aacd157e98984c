import { Problem } from '../problem.ts';
import { TOOLS } from '../stack/paths.ts';
import { runTool } from '../stack/tool.ts';
import { listed } from './reports.ts';
import { buildStep, generateMissing, type TestRun, vitestStep } from './steps.ts';
import type { Step } from './tally.ts';

/**
 * The steps of `npm test -- <filter>`: what the chosen tests need, and no more. The start tests need the built client,
 * the others a database.
 * @param filters parts of test files' paths
 * @throws {Problem} where no test file is chosen
 */
export async function filtered(run: TestRun, filters: readonly string[]): Promise<Step[]> {
  const projects = await projectsWith(run, filters);
  return [
    generateMissing(run),
    ...(projects.has('unit') ? [vitestStep(run, 'unit and integration tests', 'unit', filters)] : []),
    ...(projects.has('system') ? [buildStep(run), vitestStep(run, 'start tests', 'system', filters)] : []),
  ];
}

/**
 * The projects of vitest.config.ts that have a test file whose path contains one of the filters: vitest's own word for
 * it, which takes no longer than half a second.
 * @throws {Problem} where there is no such file
 */
async function projectsWith(run: TestRun, filters: readonly string[]): Promise<ReadonlySet<string>> {
  // `--json` last: what follows it is the name of a file to write.
  const { code, output } = await runTool(TOOLS.vitest, ['list', '--filesOnly', ...filters, '--json'], run);
  if (code !== 0) throw new Problem(`The tests cannot be listed:\n${output.trim()}`);
  const files = listed(output);
  if (files.length === 0) throw new Problem(`No test file has ${filters.join(' or ')} in its path.`);
  return new Set(files.map(({ projectName }) => projectName));
}
