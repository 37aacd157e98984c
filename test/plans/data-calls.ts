import type { OwnedData } from '../../server/data/owned-data.ts';
import type { TaskFilter } from '../../server/data/task/task-filter.ts';
import type { TaskOrder } from '../../server/data/task/task-order.ts';
import type { PageSelection } from '../../server/data/task/task-page-query.ts';

/** Ids of the viewer's rows. Two of the tasks have one position, a third follows right after them. */
export interface CallRows {
  readonly task: string;
  readonly other: string;
  readonly equalPositionTasks: readonly [string, string];
  readonly step: string;
}

/** A call of the data layer. */
export type DataCall = readonly [name: string, call: (data: OwnedData, rows: CallRows) => Promise<unknown>];

const TASK_FIELDS = new Set([
  'title',
  'description',
  'done',
  'dueAt',
  'priority',
  'position',
  'version',
  'createdAt',
  'updatedAt',
  'completedAt',
]);
const STEP_FIELDS = new Set(['title', 'done', 'position', 'task']);
const USER_FIELDS = new Set(['name', 'email', 'emailVerified', 'role', 'createdAt']);
const NO_FIELDS = new Set<string>();

const FIELDS = ['POSITION', 'CREATED_AT', 'UPDATED_AT', 'DUE_AT', 'PRIORITY', 'TITLE'] as const;
const ORDERS = FIELDS.flatMap((field) =>
  (['ASC', 'DESC'] as const).map((direction): TaskOrder => ({ field, direction })),
);
const FILTERS: readonly TaskFilter[] = [
  { done: true },
  { text: 'task' },
  { dueAfter: new Date('2026-01-01T00:00:00Z') },
  { dueBefore: new Date('2027-01-01T00:00:00Z') },
];
const FULL_FILTER = Object.assign({}, ...FILTERS) as TaskFilter;
const filtersOf = ({ field }: TaskOrder) => (field === 'POSITION' ? [{}, ...FILTERS, FULL_FILTER] : [{}, FULL_FILTER]);
const SELECTIONS: readonly PageSelection[] = [
  { nodes: TASK_FIELDS, needsRows: true, needsCount: true, needsCursors: true, needsNextPage: true },
  { nodes: TASK_FIELDS, needsRows: true, needsCount: true, needsCursors: false, needsNextPage: false },
  { nodes: NO_FIELDS, needsRows: true, needsCount: false, needsCursors: true, needsNextPage: true },
  { nodes: NO_FIELDS, needsRows: true, needsCount: false, needsCursors: false, needsNextPage: false },
  { nodes: NO_FIELDS, needsRows: false, needsCount: true, needsCursors: false, needsNextPage: false },
];

/** Reads a page and the next one. 300 tasks reach those without a due date, where the order by due date continues. */
const pages = ORDERS.flatMap((order) =>
  filtersOf(order).flatMap((filter: TaskFilter) =>
    SELECTIONS.map((selection): DataCall => {
      const name = `${order.field} ${order.direction} ${Object.keys(filter).join()} ${Object.values(selection).slice(1).join(' ')}`;
      return [
        `page ${name}`,
        async ({ tasks }) => {
          const page = (first: number, after: string | null, needsCursors = selection.needsCursors) =>
            tasks.page({ filter, order, first, after }, { ...selection, needsCursors });
          await page(20, null);
          for (const first of [1, 300]) {
            const firstPage = await page(first, null, true);
            const last = firstPage?.nodes.at(-1);
            if (firstPage && last) await page(20, firstPage.cursorOf(last));
          }
        },
      ];
    }),
  ),
);

const task = { title: 'new', description: '', dueAt: null, priority: 'LOW' } as const;

/** Calls that send every kind of statement of the data layer. */
export const DATA_CALLS: readonly DataCall[] = [
  ...pages,
  ['own account', ({ users }) => users.own(USER_FIELDS)],
  ['task by id', ({ tasks }, { task: id }) => tasks.byId(id, TASK_FIELDS)],
  [
    'tasks by id',
    ({ tasks }, { task: id, other }) => Promise.all([tasks.byId(id, TASK_FIELDS), tasks.byId(other, TASK_FIELDS)]),
  ],
  ['create', ({ tasks }) => tasks.create(task, TASK_FIELDS)],
  ['update', ({ tasks }, { task: id }) => tasks.update(id, { title: 'x', done: true }, 1, TASK_FIELDS)],
  ['update of any version', ({ tasks }, { task: id }) => tasks.update(id, { title: 'x' }, null, TASK_FIELDS)],
  ['update of nothing', ({ tasks }, { task: id }) => tasks.update(id, {}, null, NO_FIELDS)],
  ['move to the top', ({ tasks }, { task: id }) => tasks.move(id, null, TASK_FIELDS)],
  ['move', ({ tasks }, { task: id, other }) => tasks.move(id, other, NO_FIELDS)],
  [
    'move to a position that requires renumbering',
    ({ tasks }, { task: id, equalPositionTasks: [one] }) => tasks.move(id, one, NO_FIELDS),
  ],
  ['update many', ({ tasks }, { task: id, other }) => tasks.updateMany([id, other], true, TASK_FIELDS)],
  ['delete', ({ tasks }, { task: id }) => tasks.delete(id)],
  ['restore', ({ tasks }, { task: id }) => tasks.restore(id, TASK_FIELDS)],
  ['clear', ({ tasks }) => tasks.clear(true)],
  ['clear all', ({ tasks }) => tasks.clear(null)],
  [
    'steps of tasks',
    ({ steps }, { task: one, other }) => Promise.all([one, other].map((id) => steps.ofTask(id, STEP_FIELDS))),
  ],
  ['add a step', ({ steps }, { task: id }) => steps.add(id, { title: 'x', done: false }, STEP_FIELDS)],
  ['update a step', ({ steps }, { step: id }) => steps.update(id, { title: 'x', done: true }, STEP_FIELDS)],
  ['update nothing of a step', ({ steps }, { step: id }) => steps.update(id, {}, NO_FIELDS)],
  ['delete a step', ({ steps }, { step: id }) => steps.delete(id)],
  ['own events', ({ authEvents }) => firstTwoPages(authEvents)],
  ['cross-owner events', ({ crossOwner }) => firstTwoPages(crossOwner('AuthEvent'))],
  [
    'cross-owner events of a kind',
    async ({ crossOwner }) => void (await crossOwner('AuthEvent').page(5, null, { kind: 'SIGN_IN' })),
  ],
];

async function firstTwoPages({ page }: OwnedData['authEvents']): Promise<void> {
  const firstPage = await page(5, null);
  const last = firstPage?.nodes.at(-1);
  if (firstPage && last) await page(5, firstPage.cursorOf(last));
}
