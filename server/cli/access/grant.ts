import { executableSchema } from '../../schema.ts';
import type { Command } from '../command.ts';
import { Problem } from '../problem.ts';
import { withDatabase } from './database.ts';
import { grantRole } from './grant-role.ts';
import { readOptions } from '../options.ts';
import { rolesOf } from './roles.ts';

const USAGE = 'npm run access -- grant <e-mail address> <role>';

/** `npm run access -- grant <e-mail address> <role>`: gives an account a role, and USER takes any other away again. */
export const grant: Command = async ({ args, environment, print }) => {
  const { positionals } = readOptions(args, {}, USAGE, true);
  const [email, role, ...more] = positionals;
  if (email === undefined || role === undefined || more.length > 0)
    throw new Problem(`An e-mail address and a role are needed, and nothing else. Write: ${USAGE}`);
  const roles = rolesOf(executableSchema());
  if (!roles.includes(role)) throw new Problem(`There is no role "${role}": the roles are ${roles.join(', ')}.`);

  const before = await withDatabase(environment, (ownerUrl) => grantRole(ownerUrl, email, role));
  if (before === undefined) throw new Problem(`Nobody has signed up as "${email}".`);
  print(
    before === role
      ? `${email} has the role ${role} already: nothing was changed.`
      : `${email} has the role ${role} now, and had ${before}. Access tokens of before are refused from now on; renewed ones say so.`,
  );
  return 0;
};
