import { createClient } from '@redis/client';
import { withTimeout } from '../data/pg/with-timeout.ts';
import { type LimitStore, STORE_TIMEOUT } from './limit-store.ts';

/** How long a silent process counts, as in settle_requests, in milliseconds. */
const PROCESS_EXPIRY = 120_000;
const PROCESSES = 'fieldgate:api-processes';
const COUNT = 'fieldgate:requests:';

/**
 * The function settle_requests of PostgreSQL (migrations/1795240004000), for Redis and Valkey: KEYS are the set of processes
 * and the counts, ARGV the id of the process and five numbers for each count. A count expires when it is used up.
 */
const SETTLE = `
  local time = redis.call('TIME')
  local now = time[1] * 1000 + time[2] / 1000
  redis.call('ZADD', KEYS[1], now, ARGV[1])
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ${PROCESS_EXPIRY})
  redis.call('ZREMRANGEBYSCORE', KEYS[1], now + ${PROCESS_EXPIRY}, '+inf')
  redis.call('PEXPIRE', KEYS[1], ${PROCESS_EXPIRY})
  local reply = { string.format('%.4f', now), tostring(redis.call('ZCARD', KEYS[1])) }
  for i = 2, #KEYS do
    local at = 2 + (i - 2) * 5
    local used_up, spent, wanted = tonumber(ARGV[at]), tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
    local step, most = tonumber(ARGV[at + 3]), tonumber(ARGV[at + 4])
    local stored = math.min(tonumber(redis.call('GET', KEYS[i]) or '0'), now + most)
    local balance = math.min(math.max(stored + math.max(spent, 0), used_up), now + most)
    local room = math.floor((now + 60000.001 - math.max(balance, now)) / step) * step
    local granted = math.max(0, math.min(wanted, room))
    if granted > 0 then balance = math.max(balance, now) + granted end
    if balance > now then
      redis.call('SET', KEYS[i], string.format('%.4f', balance), 'PX', string.format('%.0f', math.ceil(balance - now)))
    end
    reply[#reply + 1] = string.format('%.4f', balance)
    reply[#reply + 1] = string.format('%.6f', granted)
  end
  return reply`;

/**
 * Creates the store of counts in Redis or Valkey. A client that does not answer is dropped, with the commands that wait in
 * it, and the next settlement connects anew.
 * @param url `redis://` or, with TLS, `rediss://`
 * @param processId a UUID of this process
 */
export function createRedisLimitStore(url: string, processId: string): LimitStore {
  let client: ReturnType<typeof open> | undefined;
  const drop = () => {
    if (client?.isOpen) client.destroy();
    client = undefined;
  };
  return {
    name: 'redis',
    async settle(claims) {
      try {
        if (client === undefined) {
          client = open(url);
          await inTime(client.connect());
        }
        const keys = [PROCESSES, ...claims.map(({ key }) => `${COUNT}${key.toString('hex')}`)];
        const numbers = claims.flatMap(({ usedUpAt, spent, wanted, step, most }) =>
          [usedUpAt, spent, wanted, step, most].map(String),
        );
        const reply = await inTime(client.eval(SETTLE, { keys, arguments: [processId, ...numbers] }));
        const [clock = Number.NaN, processes = 1, ...rest] = (reply as unknown as readonly string[]).map(Number);
        const answers = claims.map((_, index) => ({
          usedUpAt: rest[2 * index] ?? 0,
          granted: rest[2 * index + 1] ?? 0,
        }));
        return { clock, processes, answers };
      } catch (error) {
        drop();
        throw error;
      }
    },
    async close() {
      drop();
    },
  };
}

function inTime<T>(work: Promise<T>): Promise<T> {
  return withTimeout(STORE_TIMEOUT, work, undefined, 'Redis');
}

function open(url: string) {
  const client = createClient({
    url,
    disableOfflineQueue: true,
    socket: { connectTimeout: STORE_TIMEOUT, reconnectStrategy: false },
  });
  // Without a listener, an error event would end the process; the settlement that fails reports it.
  client.on('error', () => {});
  return client;
}
