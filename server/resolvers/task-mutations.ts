import type { MutationResolvers } from '../generated/resolvers.ts';
import { badUserInput, conflict, viewerDeleted, notFound } from '../errors.ts';
import { selectedFieldNames } from './selected-fields.ts';
import { checkText, rejectNull, TITLE } from './input-validation.ts';

/** The most tasks of one `updateTasks`: as many as a page. */
const MAX_IDS = 100;
const DESCRIPTION = { field: 'input.description', minLength: 0, maxLength: 10_000 };

/** The mutations of tasks. */
export const taskMutations: MutationResolvers = {
  async createTask(_source, { input }, { data }, info) {
    const { title, description, dueAt, priority } = input;
    const task = {
      title: checkText(title.trim(), TITLE),
      description: checkText(description, DESCRIPTION),
      dueAt: dueAt ?? null,
      priority,
    };
    const created = await data.tasks.create(task, selectedFieldNames(info));
    if (created === null) throw viewerDeleted();
    return created;
  },

  async updateTask(_source, { id, input, expectedVersion }, { data }, info) {
    const { title, description, done, dueAt, priority } = input;
    const changes = {
      ...(title !== undefined && { title: checkText(rejectNull('title', title).trim(), TITLE) }),
      ...(description !== undefined && { description: checkText(rejectNull('description', description), DESCRIPTION) }),
      ...(done !== undefined && { done: rejectNull('done', done) }),
      ...(dueAt !== undefined && { dueAt }),
      ...(priority !== undefined && { priority: rejectNull('priority', priority) }),
    };
    const updated = await data.tasks.update(id, changes, expectedVersion ?? null, selectedFieldNames(info));
    if (updated === null) throw notFound();
    if ('currentVersion' in updated) throw conflict(updated.currentVersion);
    return updated.task;
  },

  async updateTasks(_source, { ids, done }, { data }, info) {
    const distinct = [...new Set(ids)];
    if (ids.length > MAX_IDS || distinct.length === 0)
      throw badUserInput('ids', { rule: 'length', min: 1, max: MAX_IDS }, `1 to ${MAX_IDS} ids`);
    const updated = await data.tasks.updateMany(distinct, done, selectedFieldNames(info));
    if (updated === null) throw notFound();
    return updated;
  },

  async deleteTask(_source, { id }, { data }) {
    if (!(await data.tasks.delete(id))) throw notFound();
    return id;
  },

  async restoreTask(_source, { id }, { data }, info) {
    const restored = await data.tasks.restore(id, selectedFieldNames(info));
    if (restored === null) throw notFound();
    return restored;
  },

  async moveTask(_source, { id, after }, { data }, info) {
    const moved = await data.tasks.move(id, after ?? null, selectedFieldNames(info));
    if (moved === null) throw notFound();
    return moved;
  },

  clearTasks: (_source, { done }, { data }) => data.tasks.clear(done ?? null),
};
