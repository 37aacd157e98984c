import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Counts rate limits in a sliding window, across all processes, by PostgreSQL's clock. */
export class CountAttemptsInASlidingWindow1795219201000 implements MigrationInterface {
  readonly name = 'CountAttemptsInASlidingWindow1795219201000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table auth.rate_limit add column hits bigint[] not null default '{}';
      comment on table auth.rate_limit is
        'Admitted attempts per key, counted for all processes together. Written by take_attempts alone.';
      comment on column auth.rate_limit.key is 'What is counted together: a network and a path.';
      comment on column auth.rate_limit.count is 'How many attempts were in the window at the last admission.';
      comment on column auth.rate_limit.last_request is 'The last admission, in milliseconds since the epoch.';
      comment on column auth.rate_limit.hits is
        'The admissions within the window, oldest first, in milliseconds since the epoch. Never more than the limit.';
      create index rate_limit_last_request_idx on auth.rate_limit (last_request);
      comment on index auth.rate_limit_last_request_idx is 'The rows that retention removes.';

      create function auth.take_attempts(
        counted text, wanted integer, most integer, span bigint, out granted integer, out retry_after bigint
      ) language plpgsql set search_path = '' as $$
      declare
        stored bigint[];
        kept bigint[];
        at_ms bigint;
      begin
        loop
          select hits into stored from auth.rate_limit where key = counted for update;
          exit when found;
          insert into auth.rate_limit (key, count, last_request) values (counted, 0, 0) on conflict (key) do nothing;
        end loop;
        -- Read after the row is locked: attempts of one key have the order of the lock.
        at_ms := floor(extract(epoch from clock_timestamp()) * 1000);
        -- The clock may have been set back since: an admission in the future counts as one of now.
        kept := array(select least(hit, at_ms) from unnest(stored) as hit where hit > at_ms - span order by hit);
        granted := least(wanted, greatest(most - cardinality(kept), 0));
        if granted > 0 then
          kept := kept || array_fill(at_ms, array[granted]);
        end if;
        if granted > 0 or at_ms < any (stored) then
          update auth.rate_limit set hits = kept, count = cardinality(kept), last_request = at_ms where key = counted;
        end if;
        if granted < wanted then
          retry_after := kept[1 + cardinality(kept) - most] + span - at_ms;
        end if;
      end $$;
      comment on function auth.take_attempts(text, integer, integer, bigint) is
        'Admits up to "wanted" attempts of a key, as long as no window of "span" milliseconds has more than "most". '
        'Returns how many it admitted, and in how many milliseconds the next can be, where it refused any. '
        'One row lock makes it atomic. A refusal does not prolong the wait, and writes nothing, except that it moves '
        'admissions in the future (the clock was set back) to now: nobody waits longer than "span".';
      revoke execute on function auth.take_attempts(text, integer, integer, bigint) from public;
      grant execute on function auth.take_attempts(text, integer, integer, bigint) to fieldgate_auth;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop function auth.take_attempts(text, integer, integer, bigint);
      drop index auth.rate_limit_last_request_idx;
      alter table auth.rate_limit drop column hits;
    `);
  }
}
