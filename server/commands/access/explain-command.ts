import { formatExplanation } from '../../access/cli/format-explanation.ts';
import { readOperation } from '../../access/cli/read-operation.ts';
import { checkSchema, explain as explainOperation } from '../../access/index.ts';
import { OWNED_TABLES } from '../../data/admin/privileges.ts';
import { executableSchema } from '../../executable-schema.ts';
import type { Command } from '../../operations/run-command.ts';
import { OperatorError } from '../../operations/operator-error.ts';
import { resolveCaller } from './resolve-caller.ts';
import { parseOptions } from '../../operations/parse-options.ts';

const USAGE =
  'npm run access -- explain --as <anonymous | signed-in | role | e-mail address> <file, or - for standard input> [--variables <file.json>] [--operation <name>] [--json]';

/**
 * `npm run access -- explain`: prints whether an operation may run for a caller; for each coordinate the decision, the rule
 * with file and line; and the predicates and policies that restrict the rows. The exit code is 0 for every decision.
 */
export const explainCommand: Command = async ({ args, environment, print }) => {
  const options = {
    as: { type: 'string' },
    variables: { type: 'string' },
    operation: { type: 'string' },
    json: { type: 'boolean' },
  } as const;
  const { values, positionals } = parseOptions(args, options, USAGE, true);
  const [file, ...extra] = positionals;
  if (values.as === undefined || file === undefined || extra.length > 0)
    throw new OperatorError(`--as and one file are required. Usage: ${USAGE}`);

  const policy = checkSchema(executableSchema());
  const read = await readOperation(policy, file, values.operation, values.variables);
  const { operation } = read;
  const now = Math.floor(Date.now() / 1_000);
  const { viewer, description } = await resolveCaller(values.as, policy.schema, environment, now);
  const explanation = explainOperation(policy, { ...read, viewer, now, tables: OWNED_TABLES });
  print(
    values.json
      ? JSON.stringify({ as: description, operation: operation.name?.value ?? null, ...explanation }, null, 2)
      : formatExplanation(explanation, description, operation.name?.value ?? `The ${operation.operation}`),
  );
  return 0;
};
