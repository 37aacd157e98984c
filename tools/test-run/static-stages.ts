import { inRoot } from '../../server/operations/paths.ts';
import { FORMAT_FLAGS, TOOLS } from '../script-paths.ts';
import type { TestStage } from './run-stages.ts';
import { generateCodeStage, type ToolRun, toolStage } from './test-stages.ts';

/** Returns the stages that run no product code: drift of generated files, types, lint, format. */
export function staticStages(run: ToolRun): TestStage[] {
  return [
    generateCodeStage(run),
    toolStage(
      run,
      'generated code is up to date',
      TOOLS.codegen,
      ['--config', 'codegen.ts', '--check'],
      'The generated code differs from the schema: run `npm run codegen`.',
    ),
    toolStage(run, 'threats and requirements are covered by tests', inRoot('tools/traceability/check.ts'), []),
    toolStage(run, 'docs/clients.md is up to date', inRoot('tools/client-docs/check.ts'), []),
    toolStage(run, 'types: server and tests', TOOLS.tsc, ['-p', '.']),
    toolStage(run, 'types: the access engine alone', TOOLS.tsc, ['--noEmit', '-p', 'server/access']),
    toolStage(run, 'types: web', TOOLS.tsc, ['-p', 'web']),
    toolStage(run, 'lint', TOOLS.oxlint, ['--config', '.oxlintrc.json', '--type-aware']),
    toolStage(
      run,
      'format',
      TOOLS.biome,
      ['format', ...FORMAT_FLAGS, '.'],
      'Some files are not formatted: run `npm run format`.',
    ),
  ];
}
