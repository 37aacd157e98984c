import { audiencesOf, checkSchema, createSchemaSdl, viewerOfAudience } from '../../access/index.ts';
import { executableSchema } from '../../executable-schema.ts';
import { OperatorError } from '../../operations/operator-error.ts';
import { parseOptions } from '../../operations/parse-options.ts';
import type { Command } from '../../operations/run-command.ts';

const USAGE = 'npm run --silent access -- schema --as <ANONYMOUS or a role>';

/**
 * `npm run access -- schema`: prints the SDL that `GET /schema.graphql` returns to an audience. Needs neither a server nor a
 * database, also where INTROSPECTION is off.
 */
export const schemaCommand: Command = async ({ args, print }) => {
  const { values } = parseOptions(args, { as: { type: 'string' } }, USAGE);
  const policy = checkSchema(executableSchema());
  const viewer = values.as === undefined ? undefined : viewerOfAudience(policy.schema, values.as);
  if (viewer === undefined) {
    const problem = values.as === undefined ? '--as is required' : `Unknown audience --as ${values.as}`;
    throw new OperatorError(`${problem}: use one of ${audiencesOf(policy.schema).join(', ')}. Usage: ${USAGE}`);
  }
  print(createSchemaSdl(policy).sdlFor(viewer).trimEnd());
  return 0;
};
