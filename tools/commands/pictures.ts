import fs from 'node:fs';
import path from 'node:path';
import { parseOptions } from '../../server/operations/parse-options.ts';
import { inRoot } from '../../server/operations/paths.ts';
import { freePort } from '../../server/operations/ports.ts';
import { createProgress } from '../../server/operations/progress.ts';
import { runCommand } from '../../server/operations/run-command.ts';
import { testEnvironment } from '../../test/support/test-environment.ts';
import { takePictures } from '../pictures/take-pictures.ts';
import { startStack } from '../supervisor/start-stack.ts';

/**
 * `npm run pictures`: takes the pictures of README and docs from a stack of its own with the same content each time, and
 * draws those of the brand. Their files are in git.
 */
await runCommand(async ({ environment, args, signal, print }) => {
  parseOptions(args, {}, 'npm run pictures');
  const folder = inRoot('.test/pictures', String(process.pid));
  fs.mkdirSync(folder, { recursive: true });
  const progress = createProgress(print);
  const [API_PORT, WEB_PORT, METRICS_PORT] = await Promise.all([freePort(), freePort(), freePort()]);
  const settings = {
    ...testEnvironment(environment),
    DATA_DIR: path.join(folder, 'data'),
    API_PORT: String(API_PORT),
    WEB_PORT: String(WEB_PORT),
    METRICS_PORT: String(METRICS_PORT),
  };
  const output = fs.openSync(path.join(folder, 'stack.log'), 'w');
  try {
    const stack = await startStack({ environment: settings, progress, signal, output });
    try {
      await progress.runTimed('pictures taken', () =>
        takePictures({ ...stack.origins, dataDir: settings.DATA_DIR }, settings, print),
      );
    } finally {
      await stack.stop();
    }
  } finally {
    fs.closeSync(output);
    fs.rmSync(folder, { recursive: true, force: true });
  }
  return 0;
});
