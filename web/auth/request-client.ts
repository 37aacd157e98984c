import { isIP } from 'node:net';
import { USER_AGENT_LIMIT } from './sessions.ts';

/** Returns address and client of a request, as the security log has them: for events that Better Auth's hooks record. */
export function clientOf(headers: Headers | undefined) {
  const address = headers?.get('x-forwarded-for') ?? '';
  return {
    address: isIP(address) === 0 ? null : address.slice(0, 64),
    userAgent: headers?.get('user-agent')?.slice(0, USER_AGENT_LIMIT) ?? null,
  };
}
