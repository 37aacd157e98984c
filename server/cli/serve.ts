import { DEMO_ACCOUNT } from '../../schema/demo-account.ts';
import { checkSchema } from '../access/index.ts';
import { executableSchema } from '../schema.ts';
import type { CommandContext } from './command.ts';
import { Problem, sentence } from './problem.ts';
import { createProgress, seconds } from './progress.ts';
import { startStack } from './stack/stack.ts';

/**
 * Runs everything until it is told to stop. A part that ends is restarted; if that does not help, everything is stopped.
 * @returns the exit code 0 when it was told to stop
 * @throws {InvalidSchemaError | AccessPolicyError} when the API would refuse the schema, before anything is made
 * @throws {Problem} with the part and the reason why it was given up, after the others have been stopped
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
  if (end !== undefined) throw new Problem(`Fieldgate has stopped, because ${sentence(end)}`);
  print('Stopped.');
  return 0;
}

function untilAborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}
