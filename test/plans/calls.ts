import type { OwnedData } from '../../server/data/data.ts';
import type { TaskFilter } from '../../server/data/task-filter.ts';
import type { TaskOrder } from '../../server/data/task-order.ts';
import type { PageAsked } from '../../server/data/task-pages.ts';

/** Rows of the viewer's to ask for. Two of the tasks stand at one position, a third right behind them. */
export interface Rows {
  readonly task: string;
  readonly other: string;
  readonly twins: readonly [string, string];
  readonly step: string;
}

/** One way into the data layer. */
export type Call = readonly [name: string, call: (data: OwnedData, rows: Rows) => Promise<unknown>];

const TASK = new Set([
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
const STEP = new Set(['title', 'done', 'position', 'task']);
const USER = new Set(['name', 'email', 'emailVerified', 'role', 'createdAt']);
const NONE = new Set<string>();

const FIELDS = ['POSITION', 'CREATED_AT', 'UPDATED_AT', 'DUE_AT', 'PRIORITY', 'TITLE'] as const;
const ORDERS = FIELDS.flatMap((field) =>
  (['ASC', 'DESC'] as const).map((direction): TaskOrder => ({ field, direction })),
);
const PARTS: readonly TaskFilter[] = [
  { done: true },
  { text: 'task' },
  { dueAfter: new Date('2026-01-01T00:00:00Z') },
  { dueBefore: new Date('2027-01-01T00:00:00Z') },
];
const WHOLE = Object.assign({}, ...PARTS) as TaskFilter;
const filtersOf = ({ field }: TaskOrder) => (field === 'POSITION' ? [{}, ...PARTS, WHOLE] : [{}, WHOLE]);
const ASKED: readonly PageAsked[] = [
  { nodes: TASK, rows: true, count: true },
  { nodes: NONE, rows: true, count: false },
  { nodes: NONE, rows: false, count: true },
];

/** A page and the one behind it; in the order by due date also one that begins among tasks without. */
const pages = ORDERS.flatMap((order) =>
  filtersOf(order).flatMap((filter: TaskFilter) =>
    ASKED.map((asked): Call => {
      const name = `${order.field} ${order.direction} ${Object.keys(filter).join()} ${asked.rows} ${asked.count}`;
      return [
        `page ${name}`,
        async ({ tasks }) => {
          const page = (first: number, after: string | null) => tasks.page({ filter, order, first, after }, asked);
          for (const first of [1, 300]) {
            const found = await page(first, null);
            const last = found?.nodes.at(-1);
            if (found && last) await page(20, found.cursorOf(last));
          }
        },
      ];
    }),
  ),
);

const task = { title: 'new', description: '', dueAt: null, priority: 'LOW' } as const;

/** Every way into the data layer, with every kind of statement that it has. */
export const CALLS: readonly Call[] = [
  ...pages,
  ['own account', ({ users }) => users.own(USER)],
  ['task by id', ({ tasks }, { task: id }) => tasks.byId(id, TASK)],
  ['tasks by id', ({ tasks }, { task: id, other }) => Promise.all([tasks.byId(id, TASK), tasks.byId(other, TASK)])],
  ['create', ({ tasks }) => tasks.create(task, TASK)],
  ['update', ({ tasks }, { task: id }) => tasks.update(id, { title: 'x', done: true }, 1, TASK)],
  ['update of nothing', ({ tasks }, { task: id }) => tasks.update(id, {}, null, NONE)],
  ['move to the top', ({ tasks }, { task: id }) => tasks.move(id, null, TASK)],
  ['move', ({ tasks }, { task: id, other }) => tasks.move(id, other, NONE)],
  ['move where there is no room', ({ tasks }, { task: id, twins: [one] }) => tasks.move(id, one, NONE)],
  ['delete', ({ tasks }, { task: id }) => tasks.delete(id)],
  ['clear', ({ tasks }) => tasks.clear(true)],
  ['clear all', ({ tasks }) => tasks.clear(null)],
  [
    'steps of tasks',
    ({ steps }, { task: one, other }) => Promise.all([one, other].map((id) => steps.ofTask(id, STEP))),
  ],
  ['add a step', ({ steps }, { task: id }) => steps.add(id, { title: 'x', done: false }, STEP)],
  ['update a step', ({ steps }, { step: id }) => steps.update(id, { title: 'x', done: true }, STEP)],
  ['update nothing of a step', ({ steps }, { step: id }) => steps.update(id, {}, NONE)],
  ['delete a step', ({ steps }, { step: id }) => steps.delete(id)],
  ['own events', ({ authEvents }) => bothPages(authEvents)],
  ['everybody’s events', ({ everyOwner }) => bothPages(everyOwner('AuthEvent'))],
];

async function bothPages({ page }: OwnedData['authEvents']): Promise<void> {
  const found = await page(5, null);
  const last = found?.nodes.at(-1);
  if (found && last) await page(5, found.cursorOf(last));
}
