import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Lets a process return an admitted attempt: a guess at a password counts before it is hashed, so that concurrent guesses
 * cannot exceed the limit, and a right one counts no longer. `take_attempts` now also returns the time of the admission,
 * which identifies it: removing the newest one instead would let the guesses of others leave the window early.
 */
export class ReturnAttempts1795220001001 implements MigrationInterface {
  readonly name = 'ReturnAttempts1795220001001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop function auth.take_attempts(text, integer, integer, bigint);
      create function auth.take_attempts(
        counted text, wanted integer, most integer, span bigint,
        out granted integer, out retry_after bigint, out admitted_at bigint
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
          admitted_at := at_ms;
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
        'Returns how many it admitted and when, and in how many milliseconds the next can be, where it refused any. '
        'One row lock makes it atomic. A refusal does not prolong the wait, and writes nothing, except that it moves '
        'admissions in the future (the clock was set back) to now: nobody waits longer than "span".';
      revoke execute on function auth.take_attempts(text, integer, integer, bigint) from public;
      grant execute on function auth.take_attempts(text, integer, integer, bigint) to fieldgate_auth;

      create function auth.return_attempt(counted text, admitted bigint) returns boolean
        language plpgsql set search_path = '' as $$
      begin
        update auth.rate_limit
          set hits = hits[:array_position(hits, admitted) - 1] || hits[array_position(hits, admitted) + 1:],
              count = cardinality(hits) - 1
          where key = counted and admitted = any (hits);
        return found;
      end $$;
      comment on function auth.return_attempt(text, bigint) is
        'Removes one admission of a key at this time, as take_attempts returned it, and returns whether there was one: '
        'none if it has left the window, or was moved because the clock was set back.';
      revoke execute on function auth.return_attempt(text, bigint) from public;
      grant execute on function auth.return_attempt(text, bigint) to fieldgate_auth;

      comment on table auth.rate_limit is
        'Admitted attempts per key, counted for all processes together. Written by take_attempts and return_attempt alone.';
      comment on column auth.rate_limit.key is
        'What is counted together: a network and a path; or guesses at one account, as an HMAC without its address.';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop function auth.return_attempt(text, bigint);
      drop function auth.take_attempts(text, integer, integer, bigint);
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
        at_ms := floor(extract(epoch from clock_timestamp()) * 1000);
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
      revoke execute on function auth.take_attempts(text, integer, integer, bigint) from public;
      grant execute on function auth.take_attempts(text, integer, integer, bigint) to fieldgate_auth;
    `);
  }
}
