import { replaceStringPart } from '../literal-changes.ts';
import { type Mutant, mutantsIn } from '../mutant.ts';
import { grantsUpdate, policyAllows, withoutRowSecurity } from '../sql-changes.ts';

const DRIFT = 'test/catalog/catalog-drift.test.ts';
const PRIVILEGES = 'server/data/admin/privileges.test.ts';

/** Attacks on wall 3: the row-level security of PostgreSQL. */
export const ROW_SECURITY_MUTANTS: readonly Mutant[] = [
  ...mutantsIn('row security', 'migrations/1795219200400-create-tasks.ts', [
    ['Every user’s tasks can be read.', '', policyAllows('owner_select', 'app.task'), 'test/walls/sql-layers.test.ts'],
    [
      'A task can be inserted for another user.',
      '',
      policyAllows('owner_insert', 'app.task', 'with check'),
      PRIVILEGES,
    ],
    ['A task can be given to another user.', '', grantsUpdate('user_id', 'app.task'), PRIVILEGES],
    ['Policies do not apply to the owner of the table.', '', withoutRowSecurity('app.task', 'force'), DRIFT],
  ]),
  ...mutantsIn('row security', 'migrations/1795219200500-create-steps.ts', [
    ['Steps have no row-level security.', '', withoutRowSecurity('app.step', 'enable'), DRIFT],
  ]),
  ...mutantsIn('row security', 'migrations/1795219200300-protect-auth.ts', [
    ['The API reads every account.', '', policyAllows('owner_select', 'auth."user"'), PRIVILEGES],
  ]),
  ...mutantsIn('cross-owner reads', 'migrations/1795219200600-create-auth-events.ts', [
    [
      'An administrator reads every event with any statement.',
      '',
      replaceStringPart(/coalesce\(current_setting\('app\.every_owner', true\) = type, false\)/, 'true'),
      'server/data/auth-event/auth-event-privileges.test.ts',
    ],
    [
      'A cross-owner read needs no role in the database.',
      '',
      replaceStringPart(/and u\.role = any \(roles\)/, ''),
      'server/data/auth-event/auth-event-privileges.test.ts',
    ],
  ]),
  ...mutantsIn('revocation', 'migrations/1795219201100-end-expired-sessions.ts', [
    [
      'A deleted session is not revoked.',
      '',
      replaceStringPart(/where expires_at > now\(\) - interval '1 hour'/, 'where false'),
      'test/revocation/revocation.test.ts',
    ],
  ]),
];
