import { executableSchema } from '../../executable-schema.ts';
import type { Command } from '../../operations/command.ts';
import { OperatorError } from '../../operations/operator-error.ts';
import { withOwnerDatabase } from './owner-database.ts';
import { grantRole } from './grant-role.ts';
import { parseOptions } from '../../operations/command-options.ts';
import { schemaRoles } from './schema-roles.ts';

const USAGE = 'npm run access -- grant <e-mail address> <role>';

/** `npm run access -- grant <e-mail address> <role>`: gives an account a role, and USER takes any other away again. */
export const grantCommand: Command = async ({ args, environment, print }) => {
  const { positionals } = parseOptions(args, {}, USAGE, true);
  const [email, role, ...extra] = positionals;
  if (email === undefined || role === undefined || extra.length > 0)
    throw new OperatorError(`An e-mail address and a role are needed, and nothing else. Write: ${USAGE}`);
  const roles = schemaRoles(executableSchema());
  if (!roles.includes(role)) throw new OperatorError(`There is no role "${role}": the roles are ${roles.join(', ')}.`);

  const previousRole = await withOwnerDatabase(environment, (ownerUrl) => grantRole(ownerUrl, email, role));
  if (previousRole === undefined) throw new OperatorError(`Nobody has signed up as "${email}".`);
  print(
    previousRole === role
      ? `${email} has the role ${role} already: nothing was changed.`
      : `${email} has the role ${role} now, and had ${previousRole}. Access tokens of before are refused from now on; renewed ones say so.`,
  );
  return 0;
};
