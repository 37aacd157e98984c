import { DEMO_ACCOUNT } from '../../runtime/demo-account.ts';
import { checkSchema } from '../../server/access/index.ts';
import { executableSchema } from '../../server/executable-schema.ts';
import type { CommandContext } from '../../server/operations/command.ts';
import { OperatorError, sentence } from '../../server/operations/operator-error.ts';
import { createProgress, formatSeconds } from '../../server/operations/progress.ts';
import { startStack } from './stack.ts';

/**
 * Runs everything until it is told to stop. A part that ends is restarted; if that does not help, everything is stopped.
 * @returns the exit code 0 when it was told to stop
 * @throws {InvalidSchemaError | AccessPolicyError} when the API would refuse the schema, before anything is made
 * @throws {OperatorError} with the part and the reason why it was given up, after the others have been stopped
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
  print(`  GraphQL  ${stack.origins.api}/graphql`);
  if (stack.hasDemo) print(`  demo     ${DEMO_ACCOUNT.email} with the password ${DEMO_ACCOUNT.password}`);
  print('Ctrl-C stops it.');

  const end = await Promise.race([stack.partEnded, waitForAbort(signal)]);
  print(end === undefined ? 'Stopping' : `Stopping, because ${end}`);
  await stack.stop();
  if (end !== undefined) throw new OperatorError(`Fieldgate has stopped, because ${sentence(end)}`);
  print('Stopped.');
  return 0;
}

function waitForAbort(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}
