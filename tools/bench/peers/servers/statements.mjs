/** The statements of the peers that write SQL by hand: prepared once on each connection, by their names. */

const TASK = 'id, title, description, done, due_at as "dueAt", priority';

export const LIST = {
  name: 'list',
  text: `select ${TASK} from app.task where user_id = $1 order by position, id limit $2`,
};
export const ONE = { name: 'one', text: `select ${TASK} from app.task where user_id = $1 and id = $2` };
export const STEPS = {
  name: 'steps',
  text: `select id, title, done, task_id as "taskId" from app.step
    where user_id = $1 and task_id = any ($2::uuid[]) order by task_id, position, id`,
};
export const CREATE = {
  name: 'create',
  text: 'insert into app.task (user_id, id, title) values ($1, uuidv7(), $2) returning id, title',
};
export const UPDATE = {
  name: 'update',
  text: `update app.task set title = $3, version = version + 1, updated_at = now()
    where user_id = $1 and id = $2 returning id, title`,
};
export const USER = { name: 'account', text: 'select id, email from auth."user" where id = $1' };

/**
 * Groups steps by their task, in the order of the tasks: the batch function of a loader.
 * @param {readonly string[]} taskIds
 * @param {readonly { taskId: string }[]} steps
 */
export function stepsByTask(taskIds, steps) {
  const groups = new Map(taskIds.map((id) => [id, /** @type {{ taskId: string }[]} */ ([])]));
  for (const step of steps) groups.get(step.taskId)?.push(step);
  return taskIds.map((id) => groups.get(id) ?? []);
}
