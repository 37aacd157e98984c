import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Creates tasks. Every key begins with the owner, so that no constraint violation reveals another user's rows. */
export class CreateTasks1795219200400 implements MigrationInterface {
  readonly name = 'CreateTasks1795219200400';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table app.task (
        user_id uuid not null references auth."user" (id) on delete cascade,
        id uuid not null,
        title text not null check (char_length(title) between 1 and 200),
        description text not null default '' check (char_length(description) <= 10000),
        done boolean not null default false,
        due_at timestamptz,
        priority text not null default 'NORMAL' check (priority in ('LOW', 'NORMAL', 'HIGH')),
        position double precision not null default - extract(epoch from clock_timestamp()),
        version integer not null default 1,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now(),
        completed_at timestamptz,
        primary key (user_id, id),
        check (done = (completed_at is not null))
      );
      comment on table app.task is 'What a user wants done. Only its owner may reach it: see the policies.';
      comment on column app.task.user_id is 'The owner; leads every key. There is no grant to change it.';
      comment on column app.task.position is 'Smaller comes first. The default puts a new task on top.';
      comment on column app.task.version is 'Goes up by one with every change.';
      create index task_in_order on app.task (user_id, position, id);
      comment on index app.task_in_order is 'A page of the list, by keyset.';

      alter table app.task enable row level security;
      alter table app.task force row level security;
      create policy maintenance on app.task to current_user using (true) with check (true);
      comment on policy maintenance on app.task is
        'Row security is forced on the owner too: without this its backfills would touch no rows, in silence.';
      create policy owner_select on app.task for select to fieldgate_api using (user_id = (select app.viewer_id()));
      create policy owner_insert on app.task for insert to fieldgate_api
        with check (user_id = (select app.viewer_id()));
      create policy owner_update on app.task for update to fieldgate_api
        using (user_id = (select app.viewer_id())) with check (user_id = (select app.viewer_id()));
      create policy owner_delete on app.task for delete to fieldgate_api using (user_id = (select app.viewer_id()));

      grant select, delete on app.task to fieldgate_api;
      grant insert (user_id, id, title, description, done, due_at, priority, completed_at) on app.task to fieldgate_api;
      grant update (title, description, done, due_at, priority, position, version, updated_at, completed_at)
        on app.task to fieldgate_api;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table app.task');
  }
}
