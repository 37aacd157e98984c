import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Creates steps of tasks, and lets the API choose the position of a task. The foreign key includes the owner: a step
 * cannot belong to another user's task, and no constraint violation reveals another user's rows.
 */
export class CreateSteps1795219200500 implements MigrationInterface {
  readonly name = 'CreateSteps1795219200500';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table app.step (
        user_id uuid not null,
        id uuid not null,
        task_id uuid not null,
        title text not null check (char_length(title) between 1 and 200),
        done boolean not null default false,
        position double precision not null,
        primary key (user_id, id),
        foreign key (user_id, task_id) references app.task (user_id, id) on delete cascade
      );
      comment on table app.step is 'What a task takes. Only its owner may reach it: see the policies.';
      comment on column app.step.user_id is
        'The owner, the same as the task''s; leads every key. There is no grant to change it.';
      comment on column app.step.id is 'A UUID, version 7. There is no grant to change it.';
      comment on column app.step.task_id is 'The task it belongs to, for good: there is no grant to change it.';
      comment on column app.step.title is 'What is to be done, in a line.';
      comment on column app.step.done is 'Whether it has been done.';
      comment on column app.step.position is 'Smaller comes first among the steps of a task.';
      create index step_in_order on app.step (user_id, task_id, position, id);
      comment on index app.step_in_order is 'The steps of many tasks at once, each in order; also for the cascade.';

      alter table app.step enable row level security;
      alter table app.step force row level security;
      create policy maintenance on app.step to current_user using (true) with check (true);
      comment on policy maintenance on app.step is
        'Row security is forced on the owner too: without this its backfills would touch no rows, in silence.';
      create policy owner_select on app.step for select to fieldgate_api using (user_id = (select app.viewer_id()));
      create policy owner_insert on app.step for insert to fieldgate_api
        with check (user_id = (select app.viewer_id()));
      create policy owner_update on app.step for update to fieldgate_api
        using (user_id = (select app.viewer_id())) with check (user_id = (select app.viewer_id()));
      create policy owner_delete on app.step for delete to fieldgate_api using (user_id = (select app.viewer_id()));
      comment on policy owner_select on app.step is 'The viewer reads their own steps.';
      comment on policy owner_insert on app.step is 'The viewer adds steps of their own.';
      comment on policy owner_update on app.step is 'The viewer changes their own steps, and they stay theirs.';
      comment on policy owner_delete on app.step is 'The viewer deletes their own steps.';

      grant select, delete on app.step to fieldgate_api;
      grant insert (user_id, id, task_id, title, done, position) on app.step to fieldgate_api;
      grant update (title, done) on app.step to fieldgate_api;
      grant insert (position) on app.task to fieldgate_api;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      revoke insert (position) on app.task from fieldgate_api;
      drop table app.step;
    `);
  }
}
