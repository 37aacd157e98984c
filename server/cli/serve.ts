import { DEMO_ACCOUNT } from '../../schema/demo-account.ts';
import { checkSchema } from '../access/index.ts';
import { executableSchema } from '../schema.ts';
import type { CommandContext } from './command.ts';
import { Problem } from './problem.ts';
import { createProgress, seconds } from './progress.ts';
import { startStack } from './stack/stack.ts';

/**
 * Runs everything until it is told to stop or a part of it ends.
 * @returns the exit code 0 when it was told to stop
 * @throws {InvalidSchemaError | AccessPolicyError} when the API would refuse the schema, before anything is made
 * @throws {Problem} naming the part that ended, after the others have been stopped
 */
export async function serve(
  { environment, signal, print }: CommandContext,
  mode: 'production' | 'watch',
): Promise<number> {
  const began = Date.now();
  print('Starting Fieldgate');
  checkSchema(executableSchema());
  const stack = await startStack({ environment, progress: createProgress(print), signal, mode });
  print(`Fieldgate is ready (${seconds(Date.now() - began)}):`);
  print(`  web      ${stack.origins.web}`);
  print(`  GraphQL  ${stack.origins.api}/graphql`);
  if (stack.hasDemo) print(`  demo     ${DEMO_ACCOUNT.email} with the password ${DEMO_ACCOUNT.password}`);
  print('Ctrl-C stops it.');

  const end = await Promise.race([stack.broken, untilAborted(signal)]);
  print(end === undefined ? 'Stopping' : `Stopping, because ${end}`);
  await stack.stop();
  if (end !== undefined) throw new Problem(`Fieldgate has stopped, because ${end} unexpectedly.`);
  print('Stopped.');
  return 0;
}

function untilAborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}
