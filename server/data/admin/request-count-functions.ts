import type { DeclaredFunction } from './catalog/declared-catalog.ts';

/** The functions by which the API processes share counts of requests. They run with the rights of their owner. */
export const REQUEST_COUNT_FUNCTIONS: readonly DeclaredFunction[] = [
  {
    schema: 'app',
    name: 'read_request_secret',
    parameters: '',
    definition: `returns bytea
        language sql stable security definer set search_path = '' as $$
          select secret from app.request_secret
        $$`,
  },
  {
    schema: 'app',
    name: 'settle_requests',
    parameters:
      'process uuid, keys bytea[], used_up double precision[], spent double precision[], wanted double precision[], step double precision[], most double precision[]',
    definition: `returns table (at_ms double precision, processes integer, balances double precision[], grants double precision[])
        language plpgsql security definer set search_path = '' as $$
      begin
        -- A count lives for a minute: a settlement need not wait until it is on the disk.
        perform set_config('synchronous_commit', 'off', true);
        -- One settlement at a time: no deadlocks between keys, and two new processes see each other.
        perform pg_advisory_xact_lock(hashtextextended('app.settle_requests', 0));
        at_ms := extract(epoch from clock_timestamp()) * 1000;
        insert into app.api_process as known (id, seen_at) values (process, clock_timestamp())
          on conflict (id) do update set seen_at = excluded.seen_at;
        delete from app.api_process
          where seen_at not between clock_timestamp() - interval '2 minutes' and clock_timestamp() + interval '2 minutes';
        processes := (select count(*) from app.api_process);
        with claim as (
          select c.*, least(coalesce(r.used_up_at, 0), at_ms + c.most_ms) as stored
          from unnest(keys, used_up, spent, wanted, step, most) with ordinality
            as c (key, used_up_ms, spent_ms, wanted_ms, step_ms, most_ms, place)
          left join app.request_count r using (key)
        ), charged as (
          select *, least(greatest(stored + greatest(spent_ms, 0), used_up_ms), at_ms + most_ms) as balance from claim
        ), decided as (
          select *, greatest(0, least(wanted_ms,
            floor((at_ms + 60000.001 - greatest(balance, at_ms)) / step_ms) * step_ms)) as granted from charged
        ), settled as (
          select key, place, granted, case when granted > 0 then greatest(balance, at_ms) + granted else balance end as balance
          from decided
        ), written as (
          insert into app.request_count (key, used_up_at) select key, balance from settled where balance > at_ms
            on conflict (key) do update set used_up_at = excluded.used_up_at
        )
        select array_agg(balance order by place), array_agg(granted order by place) into balances, grants from settled;
        delete from app.request_count where key in (
          select key from app.request_count where used_up_at < at_ms
          order by used_up_at limit 100 + 2 * cardinality(keys));
        return next;
      end $$`,
  },
];
