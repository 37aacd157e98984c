import { executableSchema } from '../../executable-schema.ts';
import type { Command } from '../../operations/run-command.ts';
import { OperatorError } from '../../operations/operator-error.ts';
import { withOwnerDatabase } from './owner-database.ts';
import { grantRole } from './grant-role.ts';
import { parseOptions } from '../../operations/parse-options.ts';
import { schemaRoles } from './schema-roles.ts';

const USAGE = 'npm run access -- grant <e-mail address> <role>';

/** `npm run access -- grant <e-mail address> <role>`: replaces the role of an account; USER revokes any other. */
export const grantCommand: Command = async ({ args, environment, print }) => {
  const { positionals } = parseOptions(args, {}, USAGE, true);
  const [email, role, ...extra] = positionals;
  if (email === undefined || role === undefined || extra.length > 0)
    throw new OperatorError(`An e-mail address and a role are required. Usage: ${USAGE}`);
  const roles = schemaRoles(executableSchema());
  if (!roles.includes(role)) throw new OperatorError(`There is no role "${role}": the roles are ${roles.join(', ')}.`);

  const previousRole = await withOwnerDatabase(environment, (ownerUrl) => grantRole(ownerUrl, email, role));
  if (previousRole === undefined) throw new OperatorError(`There is no account "${email}".`);
  print(
    previousRole === role
      ? `${email} already has the role ${role}: nothing was changed.`
      : `${email} now has the role ${role} instead of ${previousRole}. Older access tokens are refused from now on; renewed ones carry the new role.`,
  );
  return 0;
};
