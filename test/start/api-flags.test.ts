import fs from 'node:fs';
import { expect, test } from 'vitest';
import { API_COMMAND } from '../../tools/supervisor/api-command.ts';
import { createInstallation, READY_LINE, servicePid, startFieldgate } from '../support/fieldgate-process.ts';

// covers: PROC-11
test.runIf(process.platform === 'linux')('npm start runs the API with the limit of V8’s young generation', async () => {
  const { dataDir, settings } = await createInstallation();
  await startFieldgate(settings).waitForOutput(READY_LINE);
  const args = fs.readFileSync(`/proc/${servicePid(dataDir, 'api')}/cmdline`, 'utf8').split('\0');
  expect(args).toEqual(expect.arrayContaining([...API_COMMAND]));
});
