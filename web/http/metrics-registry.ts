import type { Pool } from 'pg';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { WebMetrics } from './metrics.ts';

/** The mails of the outbox. */
interface Outbox {
  readonly waiting: number;
  readonly oldest: number;
  readonly failed: number;
}

const OUTBOX = {
  name: 'outbox_metrics',
  text: `select count(*) filter (where failed_at is null)::int as waiting, count(failed_at)::int as failed,
      coalesce(extract(epoch from clock_timestamp() - min(created_at) filter (where failed_at is null)), 0)::float8
        as oldest
    from mail_outbox`,
};

/** Returns the kind of a path: a label with few values. @param path as `loggedPath` returns it */
function kindOf(path: string): string {
  if (path.startsWith('/_next/static/')) return 'static';
  if (path.startsWith('/api/')) return 'account';
  return path === '/healthz' ? 'health' : 'page';
}

/**
 * Creates the metrics of the web app and their registry.
 * @param database asked for the outbox each time the metrics are collected, and never by a request
 */
export function createWebMetrics(database: Pick<Pool, 'query'>): WebMetrics & { readonly registry: Registry } {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const requests = new Counter({
    name: 'fieldgate_web_requests_total',
    help: 'Requests by response status; none if the client left before a response.',
    labelNames: ['status'],
    registers,
  });
  const duration = new Histogram({
    name: 'fieldgate_web_request_duration_seconds',
    help: 'Time from the head of a request to the end of its response, by kind: page, account, static, health.',
    labelNames: ['kind'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  const events = new Counter({
    name: 'fieldgate_web_account_events_total',
    help: 'Events of accounts, such as SIGN_IN, by outcome: SUCCEEDED, FAILED, REFUSED, LIMITED.',
    labelNames: ['kind', 'outcome'],
    registers,
  });
  const limited = new Counter({
    name: 'fieldgate_web_limited_total',
    help: 'Requests refused by a limit: network (attempts a minute), account (guesses), passwords (queue to hash them).',
    labelNames: ['limit'],
    registers,
  });
  let pending: Promise<Outbox | undefined> | undefined;
  // All gauges share one statement. Without an answer they have no sample: a zero would say that nothing waits.
  const outbox = () =>
    (pending ??= database
      .query<Outbox>(OUTBOX)
      .then(({ rows }) => rows[0])
      .catch(() => undefined)
      .finally(() => {
        pending = undefined;
      }));
  const outboxGauge = (name: string, help: string, valueOf: (outbox: Outbox) => number) =>
    new Gauge({
      name,
      help,
      // Every worker counts the same rows.
      aggregator: 'max',
      registers,
      async collect() {
        const answer = await outbox();
        if (answer === undefined) this.remove();
        else this.set(valueOf(answer));
      },
    });
  outboxGauge('fieldgate_web_mail_waiting', 'Mails that are still to be sent.', ({ waiting }) => waiting);
  outboxGauge('fieldgate_web_mail_oldest_seconds', 'Age of the oldest mail to send.', ({ oldest }) => oldest);
  outboxGauge('fieldgate_web_mail_failed', 'Mails that were given up, kept for 30 days.', ({ failed }) => failed);
  return {
    registry,
    answered(path, status, milliseconds) {
      requests.inc({ status: status ?? 'none' });
      duration.observe({ kind: kindOf(path) }, milliseconds / 1_000);
    },
    accountEvent: (kind, outcome) => events.inc({ kind, outcome }),
    limited: (limit) => limited.inc({ limit }),
  };
}
