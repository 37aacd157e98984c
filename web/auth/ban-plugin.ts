import type { BetterAuthPlugin, GenericEndpointContext } from 'better-auth';
import { APIError, createAuthEndpoint } from 'better-auth/api';
import type { Pool } from 'pg';
import { z } from 'zod';
import { type LiveSession, liveSession } from './live-session.ts';

/** A user row, with the property that only this file reads. */
interface Bannable {
  readonly bannedAt?: Date | null;
}

/**
 * Rejects the new session of a banned user. It runs after the password, the second factor or the passkey was checked: a
 * visitor who does not know these learns nothing. The database rejects such a session too (migrations/1795220004000), for
 * a ban at the same moment.
 * @throws {APIError} 403 ACCOUNT_BANNED
 */
export async function rejectBanned(userId: string, ctx: GenericEndpointContext | null): Promise<void> {
  const user = await ctx?.context.adapter.findOne<Bannable>({ model: 'user', where: [{ field: 'id', value: userId }] });
  if (user?.bannedAt)
    throw new APIError('FORBIDDEN', {
      code: 'ACCOUNT_BANNED',
      message: 'An administrator has banned this account.',
    });
}

/**
 * One statement: a ban and its entry in the security log are in the database together, or neither is. The user sees the
 * entry: it names the administrator, not their address, which the administrator's own entry has (auth-gateway.ts).
 */
const CHANGE = {
  BANNED: `update "user" set banned_at = now() where id = $1 and banned_at is null and role <> 'ADMIN' returning id`,
  UNBANNED: 'update "user" set banned_at = null where id = $1 and banned_at is not null returning id',
};
const statement = (kind: keyof typeof CHANGE) =>
  `with changed as (${CHANGE[kind]})
   insert into auth_event (user_id, kind, detail) select id, '${kind}', $2 from changed`;

/** The codes and messages of a change that changed nothing. */
const UNCHANGED = {
  BANNED: { code: 'CANNOT_BAN', message: 'There is no such user, or it is an administrator, or banned already.' },
  UNBANNED: { code: 'NOT_BANNED', message: 'There is no such user, or it is not banned.' },
};

/**
 * Serves the endpoints with which administrators ban users: paths and bodies of Better Auth's `admin` plugin. That one
 * also brings impersonation, and lets a sign-in that is being answered outlive the ban (docs/decisions/038).
 */
export function banPlugin(database: Pick<Pool, 'query'>) {
  const banEndpoint = <Path extends string>(path: Path, kind: keyof typeof CHANGE) =>
    createAuthEndpoint(
      path,
      { method: 'POST', requireHeaders: true, use: [liveSession], body: z.object({ userId: z.uuid() }) },
      async (ctx) => {
        const { user }: LiveSession = ctx.context.session;
        if (user.role !== 'ADMIN') throw new APIError('FORBIDDEN', { code: 'FORBIDDEN', message: 'Not authorized.' });
        const { rowCount } = await database.query(statement(kind), [ctx.body.userId, user.id]);
        if (rowCount !== 1) throw new APIError('CONFLICT', UNCHANGED[kind]);
        return ctx.json({ status: true });
      },
    );
  return {
    id: 'ban',
    endpoints: {
      banUser: banEndpoint('/admin/ban-user', 'BANNED'),
      unbanUser: banEndpoint('/admin/unban-user', 'UNBANNED'),
    },
  } satisfies BetterAuthPlugin;
}
