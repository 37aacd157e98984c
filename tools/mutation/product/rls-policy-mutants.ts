import { mutantsIn } from './file-mutant.ts';

/** Wall 3: what PostgreSQL itself refuses. */
export const POLICY_MUTANTS = [
  ...mutantsIn('row security', 'migrations/1795219200400-create-tasks.ts', [
    {
      name: 'everybody’s tasks can be read',
      find: 'for select to fieldgate_api using (user_id = (select app.viewer_id()));',
      replace: 'for select to fieldgate_api using (true);',
      killedBy: 'test/walls/sql-layers.test.ts',
    },
    {
      name: 'a task can be made for another',
      find: 'for insert to fieldgate_api\n        with check (user_id = (select app.viewer_id()));',
      replace: 'for insert to fieldgate_api\n        with check (true);',
      killedBy: 'server/data/admin/privileges.test.ts',
    },
    {
      name: 'everybody’s tasks can be deleted',
      find: 'for delete to fieldgate_api using (user_id = (select app.viewer_id()));',
      replace: 'for delete to fieldgate_api using (true);',
      killedBy: 'test/catalog/catalog-drift.test.ts',
    },
    {
      name: 'a task can be given away',
      find: 'grant update (title, description,',
      replace: 'grant update (user_id, title, description,',
      killedBy: 'server/data/admin/privileges.test.ts',
    },
    {
      name: 'the owner of the table is held by no policy',
      find: 'alter table app.task force row level security;',
      replace: '',
      killedBy: 'test/catalog/catalog-drift.test.ts',
    },
  ]),
  ...mutantsIn('row security', 'migrations/1795219200500-create-steps.ts', [
    {
      name: 'steps have no row security',
      find: 'alter table app.step enable row level security;',
      replace: '',
      killedBy: 'test/catalog/catalog-drift.test.ts',
    },
    {
      name: 'everybody’s steps can be changed',
      find: 'for update to fieldgate_api\n        using (user_id = (select app.viewer_id()))',
      replace: 'for update to fieldgate_api\n        using (true)',
      killedBy: 'test/catalog/catalog-drift.test.ts',
    },
    {
      name: 'a step can move to another task',
      find: 'grant update (title, done) on app.step',
      replace: 'grant update (task_id, title, done) on app.step',
      killedBy: 'test/catalog/catalog-drift.test.ts',
    },
  ]),
  ...mutantsIn('row security', 'migrations/1795219200300-protect-auth.ts', [
    {
      name: 'the API reads everybody’s account',
      find: 'for select to fieldgate_api\n        using (id = (select app.viewer_id()));',
      replace: 'for select to fieldgate_api\n        using (true);',
      killedBy: 'server/data/admin/privileges.test.ts',
    },
  ]),
  ...mutantsIn('every owner', 'migrations/1795219200600-create-auth-events.ts', [
    {
      name: 'an admin reads every event by any statement',
      find: `coalesce(current_setting('app.every_owner', true) = type, false)`,
      replace: 'true',
      killedBy: 'server/data/auth-event/auth-event-privileges.test.ts',
    },
    {
      name: 'the role that a token names is enough',
      find: 'and u.role = any (roles)',
      replace: '',
      killedBy: 'server/data/auth-event/auth-event-privileges.test.ts',
    },
  ]),
  ...mutantsIn('revocation', 'migrations/1795219201100-end-expired-sessions.ts', [
    {
      name: 'a session that ends is not revoked',
      find: "where expires_at > now() - interval '1 hour'",
      replace: 'where false',
      killedBy: 'test/revocation/revocation.test.ts',
    },
  ]),
  ...mutantsIn('row security', 'server/data/admin/catalog/catalog-state.ts', [
    {
      name: 'a disabled trigger is not seen',
      find: `when 'D' then 'disabled'`,
      replace: `when 'D' then null`,
      killedBy: 'test/catalog/catalog-drift.test.ts',
    },
  ]),
  ...mutantsIn('row security', 'migrations/1795219202000-withdraw-temporary-tables.ts', [
    {
      name: 'everybody makes temporary tables',
      find: "execute format('revoke temporary on database %I from public'",
      replace: "execute format('grant temporary on database %I to public'",
      killedBy: 'test/catalog/catalog-drift.test.ts',
    },
  ]),
] as const;
