import { globSync } from 'node:fs';
import { OperatorError } from '../../server/operations/operator-error.ts';
import { inRoot } from '../../server/operations/paths.ts';
import { TOOLS } from '../script-paths.ts';
import { runTool } from '../supervisor/run-tool.ts';
import { parseVitestList } from './test-reports.ts';
import { browserStage, buildStage, generateCodeStage, type TestRun, vitestStage } from './test-stages.ts';
import type { TestStage } from './run-stages.ts';

/**
 * Returns the stages of `npm test -- <filter>`: the web client is built only if a start or a browser test is selected.
 * @param filters parts of test files' paths
 * @throws {OperatorError} if no test file is selected
 */
export async function filteredStages(run: TestRun, filters: readonly string[]): Promise<TestStage[]> {
  const projects = await matchingProjects(run, filters);
  const specs = globSync('test/browser/*.spec.ts', { cwd: inRoot('.') }).filter((spec) =>
    filters.some((filter) => inRoot(spec).includes(filter)),
  );
  if (projects.size + specs.length === 0)
    throw new OperatorError(`No test file has ${filters.join(' or ')} in its path.`);
  return [
    generateCodeStage(run),
    ...(projects.has('unit') ? [vitestStage(run, 'unit and integration tests', 'unit', filters)] : []),
    ...(projects.has('engine-17') ? [vitestStage(run, 'access engine on graphql 17', 'engine-17', filters)] : []),
    ...(projects.has('system') || specs.length > 0 ? [buildStage(run)] : []),
    ...(projects.has('system') ? [vitestStage(run, 'start tests', 'system', filters)] : []),
    ...(specs.length > 0 ? [browserStage(run, specs)] : []),
  ];
}

/**
 * Returns the projects of vitest.config.ts that have a test file whose path contains one of the filters. `vitest list`
 * decides that, in half a second.
 */
async function matchingProjects(run: TestRun, filters: readonly string[]): Promise<ReadonlySet<string>> {
  // `--json` comes last: vitest takes an argument after it for the name of an output file.
  const { code, output } = await runTool(TOOLS.vitest, ['list', '--filesOnly', ...filters, '--json'], run);
  if (code !== 0) throw new OperatorError(`The tests cannot be listed:\n${output.trim()}`);
  return new Set(parseVitestList(output).map(({ projectName }) => projectName));
}
