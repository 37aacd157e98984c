import { OperatorError } from '../../server/operations/operator-error.ts';
import { TOOLS } from '../../server/operations/paths.ts';
import { runTool } from '../supervisor/run-tool.ts';
import { parseVitestList } from './test-reports.ts';
import { buildStage, generateCodeStage, type TestRun, vitestStage } from './test-stages.ts';
import type { TestStage } from './run-stages.ts';

/**
 * The steps of `npm test -- <filter>`: what the chosen tests need, and no more. The start tests need the built client,
 * the others a database.
 * @param filters parts of test files' paths
 * @throws {OperatorError} where no test file is chosen
 */
export async function filteredStages(run: TestRun, filters: readonly string[]): Promise<TestStage[]> {
  const projects = await matchingProjects(run, filters);
  return [
    generateCodeStage(run),
    ...(projects.has('unit') ? [vitestStage(run, 'unit and integration tests', 'unit', filters)] : []),
    ...(projects.has('system') ? [buildStage(run), vitestStage(run, 'start tests', 'system', filters)] : []),
  ];
}

/**
 * The projects of vitest.config.ts that have a test file whose path contains one of the filters: vitest's own word for
 * it, which takes no longer than half a second.
 * @throws {OperatorError} where there is no such file
 */
async function matchingProjects(run: TestRun, filters: readonly string[]): Promise<ReadonlySet<string>> {
  // `--json` last: what follows it is the name of a file to write.
  const { code, output } = await runTool(TOOLS.vitest, ['list', '--filesOnly', ...filters, '--json'], run);
  if (code !== 0) throw new OperatorError(`The tests cannot be listed:\n${output.trim()}`);
  const files = parseVitestList(output);
  if (files.length === 0) throw new OperatorError(`No test file has ${filters.join(' or ')} in its path.`);
  return new Set(files.map(({ projectName }) => projectName));
}
