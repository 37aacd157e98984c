import type { BetterAuthPlugin, GenericEndpointContext } from 'better-auth';
import { APIError, createAuthEndpoint } from 'better-auth/api';
import { deleteSessionCookie } from 'better-auth/cookies';
import type { Pool } from 'pg';
import { z } from 'zod';
import { USER_AGENT_LIMIT } from '../../runtime/http/request-client.ts';
import { errorFields, log } from '../log.ts';
import { liveSession } from './live-session.ts';
import { recordChange } from './security-log.ts';

/** The most sessions of one account, and in one list. */
export const SESSION_LIMIT = 100;

/**
 * The response header with the number of sessions that a request ended, for auth-gateway.ts, which removes it. The
 * security log records a sign-out only if a session ended.
 */
export const SESSIONS_ENDED = 'X-Sessions-Ended';

/** The most milliseconds since the last authentication of a session that may list the others: a day. */
const LIST_MAX_AGE = 86_400_000;

/** A session without its secrets. */
export interface Device {
  readonly id: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly expiresAt: Date;
  readonly ipAddress: string | null;
  readonly userAgent: string | null;
}

/** A session with its token, as Better Auth's client expects it. */
interface ListedSession extends Omit<Device, 'ipAddress'> {
  readonly ipAddress?: string | null;
  readonly token: string;
}

/** Returns the live sessions of a user, the newest first. */
async function liveSessionsOf(adapter: SessionAdapter, userId: string): Promise<ListedSession[]> {
  const listed = await adapter.findMany<ListedSession>({
    model: 'session',
    where: [
      { field: 'userId', value: userId },
      { field: 'expiresAt', value: new Date(), operator: 'gt' },
    ],
    sortBy: { field: 'createdAt', direction: 'desc' },
    limit: SESSION_LIMIT,
  });
  return listed.map(({ userAgent, ...rest }) => ({
    ...rest,
    userAgent: userAgent?.slice(0, USER_AGENT_LIMIT) ?? null,
  }));
}

type SessionAdapter = Pick<GenericEndpointContext['context']['adapter'], 'findMany'>;

/** Returns the live sessions of a user without their tokens, the newest first. */
export async function devicesOf(adapter: SessionAdapter, userId: string): Promise<Device[]> {
  const listed = await liveSessionsOf(adapter, userId);
  return listed.map(({ id, createdAt, updatedAt, expiresAt, ipAddress, userAgent }) => ({
    id,
    createdAt,
    updatedAt,
    expiresAt,
    ipAddress: ipAddress || null,
    userAgent,
  }));
}

type Condition = { readonly field: string; readonly value: string; readonly operator?: 'eq' | 'ne' };

/** Deletes the sessions that meet all conditions, in one statement; triggers on the table revoke their tokens. */
async function endSessions(ctx: GenericEndpointContext, ...where: readonly Condition[]): Promise<void> {
  const ended = await ctx.context.adapter.deleteMany({ model: 'session', where: [...where] });
  ctx.setHeader(SESSIONS_ENDED, String(ended));
}

/**
 * Deletes an account's sessions beyond the limit, expired ones first, then the oldest; returns whether any was live.
 * The new session stays, even if its process has a slow clock. Concurrent sign-ins need no lock: each runs this after
 * it has inserted its session, so the last one sees them all.
 */
const END_OLDEST = {
  name: 'end_oldest_sessions',
  text: `
    with ranked as (
      select id, row_number() over (order by id = $2 desc, expires_at > now() desc, created_at desc, id) as place
      from session where user_id = $1
    ), ended as (
      delete from session where id in (select id from ranked where place > $3) returning expires_at
    )
    select count(*) > 0 as "endedLive" from ended where expires_at > now()`,
};

/** A session that was just created. */
interface NewSession {
  readonly id: string;
  readonly userId: string;
  readonly ipAddress?: string | null | undefined;
  readonly userAgent?: string | null | undefined;
}

/**
 * Creates the hook that applies the limit after each new session. It never rejects: the sign-in has succeeded, and the
 * next one applies the limit again.
 */
export function sessionLimit(database: Pick<Pool, 'query'>) {
  return async ({ id, userId, ipAddress, userAgent }: NewSession): Promise<void> => {
    try {
      const { rows } = await database.query<{ endedLive: boolean }>({
        ...END_OLDEST,
        values: [userId, id, SESSION_LIMIT],
      });
      if (!rows[0]?.endedLive) return;
    } catch (error) {
      return log.error(errorFields(error), 'the oldest sessions of an account could not be ended');
    }
    const client = { address: ipAddress || null, userAgent: userAgent || null };
    await recordChange(database, 'SIGN_OUT', userId, client, 'SESSION_LIMIT');
  };
}

const POST = { method: 'POST', requireHeaders: true } as const;

/**
 * Replaces Better Auth's endpoints that list and end sessions, with the same paths, bodies and responses. Better Auth's
 * `revoke-other-sessions` sends a statement for each session: 20,000 of them took twelve seconds, delayed every other
 * request and stopped half-way. Its `sign-out` reports success while the database is unavailable.
 */
export function sessions() {
  return {
    id: 'sessions',
    endpoints: {
      signOut: createAuthEndpoint('/sign-out', { ...POST, body: z.object({}).optional() }, async (ctx) => {
        const { sessionToken } = ctx.context.authCookies;
        const token = await ctx.getSignedCookie(sessionToken.name, ctx.context.secret);
        if (token) await endSessions(ctx, { field: 'token', value: token });
        deleteSessionCookie(ctx);
        return ctx.json({ success: true });
      }),
      listSessions: createAuthEndpoint(
        '/list-sessions',
        { method: 'GET', requireHeaders: true, use: [liveSession] },
        async (ctx) => {
          const { user, session } = ctx.context.session;
          // The list has the tokens of all sessions: a stolen cookie must not give access to it for long.
          if (
            !(session.authenticatedAt instanceof Date) ||
            Date.now() - session.authenticatedAt.getTime() >= LIST_MAX_AGE
          )
            throw new APIError('FORBIDDEN', { code: 'SESSION_NOT_FRESH', message: 'Session is not fresh' });
          return ctx.json(await liveSessionsOf(ctx.context.adapter, user.id));
        },
      ),
      revokeSession: createAuthEndpoint(
        '/revoke-session',
        // By token, as Better Auth has it, or by id: the page of devices has no tokens.
        { ...POST, use: [liveSession], body: z.union([z.object({ token: z.string() }), z.object({ id: z.uuid() })]) },
        async (ctx) => {
          const { user } = ctx.context.session;
          if ('id' in ctx.body) {
            await endSessions(ctx, { field: 'id', value: ctx.body.id }, { field: 'userId', value: user.id });
            return ctx.json({ status: true });
          }
          const { token } = ctx.body;
          // No session has such a token: PostgreSQL's text cannot hold NUL or lone surrogates.
          if (token.isWellFormed() && !token.includes('\0'))
            await endSessions(ctx, { field: 'token', value: token }, { field: 'userId', value: user.id });
          return ctx.json({ status: true });
        },
      ),
      revokeOtherSessions: createAuthEndpoint(
        '/revoke-other-sessions',
        { ...POST, use: [liveSession] },
        async (ctx) => {
          const { user, session } = ctx.context.session;
          await endSessions(
            ctx,
            { field: 'userId', value: user.id },
            { field: 'token', value: session.token, operator: 'ne' },
          );
          return ctx.json({ status: true });
        },
      ),
      revokeSessions: createAuthEndpoint('/revoke-sessions', { ...POST, use: [liveSession] }, async (ctx) => {
        await endSessions(ctx, { field: 'userId', value: ctx.context.session.user.id });
        return ctx.json({ status: true });
      }),
    },
  } satisfies BetterAuthPlugin;
}
