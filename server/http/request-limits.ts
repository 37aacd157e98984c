import type { FastifyInstance } from 'fastify';
import { type GraphQLSchema, isEnumType } from 'graphql';
import { clientNetwork, type IsTrusted, requestAddress } from '../../runtime/http/client-address.ts';
import { isHealthCheck } from '../../runtime/http/health-check.ts';
import { SettingsError } from '../../runtime/settings.ts';
import { RequestQuota, type RetryAfter, type Sharing } from '../limits/request-quota.ts';
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

/**
 * Counts requests. A promise means that the request waits for the other processes' counts; a process that is alone decides
 * at once.
 */
export interface RequestLimits {
  /**
   * Counts a request of a client's network, before its token is verified: a flood must not pay for signatures.
   * @throws {HttpError} if the network has sent too many; the promise is rejected with it
   */
  countAddress(network: string): Promise<void> | undefined;
  /**
   * Counts a request of a verified viewer, whatever addresses the requests come from.
   * @returns the refusal if the viewer has sent too many, otherwise null
   */
  countViewer(viewer: Viewer): RequestRefusal | null | Promise<RequestRefusal | null>;
}

/** The name of a limit, in metrics and stored keys. */
export type LimitName = 'address' | 'viewer';

/** Options of `createRequestLimits`. */
export interface RequestLimitOptions {
  /** Milliseconds on a clock that is never set back; default `performance.now`. */
  readonly now?: () => number;
  /** Shares the counts with other processes; default: this process counts alone. */
  readonly sharing?: Sharing & { add(name: LimitName, quota: RequestQuota): void };
  /** Called when a request is refused, or has to wait. */
  readonly onEvent?: (limit: LimitName, event: 'refused' | 'waited') => void;
}

const MESSAGE = 'Too many requests. Try again after the number of seconds in Retry-After.';
const NO_LIMIT: ViewerRequests = { each: Number.POSITIVE_INFINITY, byRole: new Map() };

/** Creates the counters of requests by address and by viewer. */
export function createRequestLimits(
  {
    LIMIT_REQUESTS_PER_ADDRESS: perAddress = Number.POSITIVE_INFINITY,
    LIMIT_REQUESTS_PER_VIEWER: perViewer = NO_LIMIT,
  }: RequestLimitSettings,
  { now = () => performance.now(), sharing, onEvent = () => {} }: RequestLimitOptions = {},
): RequestLimits {
  const quotaOf = (name: LimitName) => {
    const quota = new RequestQuota(sharing && { sharing });
    sharing?.add(name, quota);
    const refusalOf = (retryAfter: RetryAfter): RequestRefusal | null => {
      if (retryAfter === null) return null;
      onEvent(name, 'refused');
      return { code: 'TOO_MANY_REQUESTS', message: MESSAGE, headers: { 'retry-after': String(retryAfter) } };
    };
    return (key: string, perMinute: number) => {
      const taken = quota.take(key, perMinute, now());
      if (!(taken instanceof Promise)) return refusalOf(taken);
      onEvent(name, 'waited');
      return taken.then(refusalOf);
    };
  };
  const [addresses, viewers] = [quotaOf('address'), quotaOf('viewer')];
  return {
    countAddress(network) {
      const counted = addresses(network, perAddress);
      if (counted instanceof Promise) return counted.then(throwRefusal);
      throwRefusal(counted);
      return undefined;
    },
    countViewer: ({ userId, roles }) => viewers(userId, limitOf(roles, perViewer)),
  };
}

/** Whether any limit on the number of requests is set. */
export function areRequestsLimited(settings: RequestLimitSettings): boolean {
  const { LIMIT_REQUESTS_PER_ADDRESS: perAddress, LIMIT_REQUESTS_PER_VIEWER: perViewer = NO_LIMIT } = settings;
  return [perAddress ?? Number.POSITIVE_INFINITY, perViewer.each, ...perViewer.byRole.values()].some(Number.isFinite);
}

/**
 * Counts the requests that an app receives, by the network of their client. Preflights are answered before: they cost less
 * than their count, browsers send them by themselves, and show a refused one without its reason.
 */
export function countAddresses(app: FastifyInstance, isTrusted: IsTrusted, limits: RequestLimits): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const address = requestAddress(request.raw, isTrusted);
    // A proxy without X-Forwarded-For sends its own requests, as the web app does when it renders pages for its users.
    const isCounted = !isTrusted(address) && !isHealthCheck(request.raw);
    const waiting = isCounted ? limits.countAddress(clientNetwork(address)) : undefined;
    if (waiting === undefined) done();
    else void endHook(waiting, done);
  });
}

async function endHook(waiting: Promise<void>, done: (error?: Error) => void): Promise<void> {
  const error = await waiting.then(
    () => undefined,
    (reason: unknown) => reason as Error,
  );
  done(error);
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

function throwRefusal(refusal: RequestRefusal | null): void {
  if (refusal !== null) throw new HttpError(refusal.code, refusal.message, refusal.headers);
}

/** Returns the largest limit of the viewer's roles; that of every viewer if none of the roles has one. */
function limitOf(roles: readonly string[], { each, byRole }: ViewerRequests): number {
  const limits = roles.flatMap((role) => byRole.get(role) ?? []);
  return limits.length === 0 ? each : Math.max(...limits);
}
