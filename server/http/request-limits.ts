import type { FastifyInstance } from 'fastify';
import { type GraphQLSchema, isEnumType } from 'graphql';
import { clientNetwork, type IsTrusted, requestAddress } from '../../runtime/http/client-address.ts';
import { isHealthCheck } from '../../runtime/http/health-check.ts';
import { createRequestQuota, type RequestQuota } from '../../runtime/request-quota.ts';
import { SettingsError } from '../../runtime/settings.ts';
import type { Viewer } from '../viewer.ts';
import type { RequestRefusal } from './authenticate-request.ts';
import { HttpError } from './fastify-server.ts';

/** The most requests of a viewer in a minute: of every viewer, and of those with a role. */
export interface ViewerRequests {
  readonly each: number;
  readonly byRole: ReadonlyMap<string, number>;
}

/** The most requests in a minute. What is absent is unlimited. */
export interface RequestLimitSettings {
  readonly LIMIT_REQUESTS_PER_ADDRESS?: number | undefined;
  readonly LIMIT_REQUESTS_PER_VIEWER?: ViewerRequests | undefined;
}

/** Counts requests in this process. */
export interface RequestLimits {
  /**
   * Counts a request of a client's network, before its token is verified: a flood must not pay for signatures.
   * @throws {HttpError} if the network has sent too many
   */
  countAddress(network: string): void;
  /**
   * Counts a request of a verified viewer, whatever addresses the requests come from.
   * @returns the refusal if the viewer has sent too many, otherwise null
   */
  countViewer(viewer: Viewer): RequestRefusal | null;
}

const MESSAGE = 'Too many requests. Try again after the number of seconds in Retry-After.';
const NO_LIMIT: ViewerRequests = { each: Number.POSITIVE_INFINITY, byRole: new Map() };

/**
 * Creates the counters of requests by address and by viewer.
 * @param now milliseconds on a clock that is never set back; default `performance.now`
 */
export function createRequestLimits(
  {
    LIMIT_REQUESTS_PER_ADDRESS: perAddress = Number.POSITIVE_INFINITY,
    LIMIT_REQUESTS_PER_VIEWER: perViewer = NO_LIMIT,
  }: RequestLimitSettings,
  now: () => number = () => performance.now(),
): RequestLimits {
  const [addresses, viewers]: [RequestQuota, RequestQuota] = [createRequestQuota(), createRequestQuota()];
  return {
    countAddress(network) {
      const retryAfter = addresses(network, perAddress, now());
      if (retryAfter !== null) throw new HttpError('TOO_MANY_REQUESTS', MESSAGE, retryHeader(retryAfter));
    },
    countViewer({ userId, roles }) {
      const retryAfter = viewers(userId, limitOf(roles, perViewer), now());
      return retryAfter === null
        ? null
        : { code: 'TOO_MANY_REQUESTS', message: MESSAGE, headers: retryHeader(retryAfter) };
    },
  };
}

/**
 * Counts the requests that an app receives, by the network of their client. Preflights are answered before: they cost less
 * than their count, browsers send them by themselves, and show a refused one without its reason.
 */
export function countAddresses(app: FastifyInstance, isTrusted: IsTrusted, limits: RequestLimits): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const address = requestAddress(request.raw, isTrusted);
    // A proxy without X-Forwarded-For sends its own requests, as the web app does when it renders pages for its users.
    if (!isTrusted(address) && !isHealthCheck(request.raw)) limits.countAddress(clientNetwork(address));
    done();
  });
}

/**
 * Checks that each role with a limit of its own is one of the schema: a misspelt role would have no effect.
 * @throws {SettingsError}
 */
export function assertRolesExist({ byRole }: ViewerRequests, schema: GraphQLSchema): void {
  const type = schema.getType('Role');
  const roles = isEnumType(type) ? type.getValues().map(({ name }) => name) : [];
  const unknown = [...byRole.keys()].filter((role) => !roles.includes(role));
  if (unknown.length > 0)
    throw new SettingsError([
      `LIMIT_REQUESTS_PER_VIEWER is not valid: the schema has no such role; expected roles of ${roles.join(', ')}`,
    ]);
}

function retryHeader(seconds: number): Readonly<Record<string, string>> {
  return { 'retry-after': String(seconds) };
}

/** Returns the largest limit of the viewer's roles; that of every viewer if none of the roles has one. */
function limitOf(roles: readonly string[], { each, byRole }: ViewerRequests): number {
  const limits = roles.flatMap((role) => byRole.get(role) ?? []);
  return limits.length === 0 ? each : Math.max(...limits);
}
