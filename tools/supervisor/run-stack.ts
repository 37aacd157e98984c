import { DEMO_ACCOUNT } from '../../runtime/demo-account.ts';
import { checkSchema } from '../../server/access/index.ts';
import { executableSchema } from '../../server/executable-schema.ts';
import { OperatorError, sentence } from '../../server/operations/operator-error.ts';
import { createProgress, formatSeconds } from '../../server/operations/progress.ts';
import type { CommandContext } from '../../server/operations/run-command.ts';
import { startStack } from './start-stack.ts';

/**
 * Runs the whole stack until the signal is aborted or a service is given up after its restarts.
 * @returns the exit code 0 if the signal was aborted
 * @throws {InvalidSchemaError | AccessPolicyError} if the API would refuse the schema; nothing has been created then
 * @throws {OperatorError} naming the service that was given up and why, after the others have been stopped
 */
export async function runStack(
  { environment, signal, print }: CommandContext,
  mode: 'production' | 'watch',
): Promise<number> {
  const startedAt = Date.now();
  print('Starting Fieldgate');
  checkSchema(executableSchema());
  const stack = await startStack({ environment, progress: createProgress(print), signal, mode });
  print(`Fieldgate is ready (${formatSeconds(Date.now() - startedAt)}):`);
  print(`  web      ${stack.origins.web}`);
  print(`  explore  ${stack.origins.web}/explore`);
  print(`  GraphQL  ${stack.origins.api}/graphql`);
  if (stack.hasDemo) print(`  demo     ${DEMO_ACCOUNT.email} with the password ${DEMO_ACCOUNT.password}`);
  print('Ctrl-C stops it.');

  const reason = await Promise.race([stack.serviceFailed, waitForAbort(signal)]);
  print(reason === undefined ? 'Stopping' : `Stopping, because ${reason}`);
  await stack.stop();
  if (reason !== undefined) throw new OperatorError(`Fieldgate has stopped, because ${sentence(reason)}`);
  print('Stopped.');
  return 0;
}

function waitForAbort(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}
