import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Lets the API processes share what they have counted for the limits on requests (docs/decisions/057). The API's role gets
 * two functions and no table: it can neither read the counts of all clients nor remove them.
 */
export class ShareRequestCounts1795240004000 implements MigrationInterface {
  readonly name = 'ShareRequestCounts1795240004000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table app.request_count (
        key bytea primary key check (octet_length(key) = 16),
        used_up_at double precision not null
      );
      comment on table app.request_count is
        'Requests of clients in the last minute, all API processes together. Written by settle_requests alone. '
        'Without row security: no owner, no address and no id in clear.';
      comment on column app.request_count.key is 'HMAC of a network or of a viewer''s id, with the secret of request_secret.';
      comment on column app.request_count.used_up_at is
        'When the requests are used up at the even rate of the limit, in milliseconds since the epoch. Past it the row is deleted.';
      create index request_count_used_up_at_idx on app.request_count (used_up_at);
      comment on index app.request_count_used_up_at_idx is 'What can be deleted.';

      create table app.api_process (
        id uuid primary key,
        seen_at timestamptz not null
      );
      comment on table app.api_process is
        'The API processes that have settled in the last two minutes: their number decides the slice of each.';
      comment on column app.api_process.id is 'Chosen by the process at its start.';
      comment on column app.api_process.seen_at is 'The last settlement.';

      create table app.request_secret (
        id boolean primary key default true check (id),
        secret bytea not null default sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()))
      );
      comment on table app.request_secret is
        'One row: the secret with which API processes hash addresses and ids before they store them.';
      insert into app.request_secret default values;

      create function app.read_request_secret() returns bytea
        language sql stable security definer set search_path = '' as $$
          select secret from app.request_secret
        $$;
      comment on function app.read_request_secret() is 'The secret with which API processes hash the keys of counts.';

      create function app.settle_requests(
        process uuid, keys bytea[], used_up double precision[], spent double precision[], wanted double precision[],
        step double precision[], most double precision[]
      ) returns table (at_ms double precision, processes integer, balances double precision[], grants double precision[])
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
      end $$;
      comment on function app.settle_requests(
        uuid, bytea[], double precision[], double precision[], double precision[], double precision[], double precision[]) is
        'Charges the requests that a process has admitted, "spent" milliseconds of the even rate for each key, and grants '
        'up to "wanted" milliseconds in whole steps for those that wait, as far as a minute''s requests are not used up. '
        'No key is used up for longer than "most" from now: the clock may have been set back. Returns the clock, the '
        'number of processes, and for each key when it is used up and what is granted. Deletes at least as many outdated '
        'rows as it adds.';
      revoke execute on function app.read_request_secret(), app.settle_requests(
        uuid, bytea[], double precision[], double precision[], double precision[], double precision[], double precision[])
        from public;
      grant execute on function app.read_request_secret(), app.settle_requests(
        uuid, bytea[], double precision[], double precision[], double precision[], double precision[], double precision[])
        to fieldgate_api;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop function app.settle_requests(
        uuid, bytea[], double precision[], double precision[], double precision[], double precision[], double precision[]);
      drop function app.read_request_secret();
      drop table app.request_secret, app.api_process, app.request_count;
    `);
  }
}
