import type { MutationResolvers } from '../generated/resolvers.ts';
import { conflict, goneViewer, notFound } from '../http/errors.ts';
import { askedFor } from './asked.ts';
import { notNull } from './given.ts';
import { checkText, TITLE } from './text.ts';

const DESCRIPTION = { field: 'input.description', least: 0, most: 10_000 };

/** What can be changed about tasks. */
export const taskMutations: MutationResolvers = {
  async createTask(_source, { input }, { data }, info) {
    const { title, description, dueAt, priority } = input;
    const task = {
      title: checkText(title.trim(), TITLE),
      description: checkText(description, DESCRIPTION),
      dueAt: dueAt ?? null,
      priority,
    };
    const made = await data.tasks.create(task, askedFor(info));
    if (made === null) throw goneViewer();
    return made;
  },

  async updateTask(_source, { id, input, expectedVersion }, { data }, info) {
    const { title, description, done, dueAt, priority } = input;
    const changes = {
      ...(title !== undefined && { title: checkText(notNull('title', title).trim(), TITLE) }),
      ...(description !== undefined && { description: checkText(notNull('description', description), DESCRIPTION) }),
      ...(done !== undefined && { done: notNull('done', done) }),
      ...(dueAt !== undefined && { dueAt }),
      ...(priority !== undefined && { priority: notNull('priority', priority) }),
    };
    const updated = await data.tasks.update(id, changes, expectedVersion ?? null, askedFor(info));
    if (updated === null) throw notFound();
    if ('currentVersion' in updated) throw conflict(updated.currentVersion);
    return updated.task;
  },

  async deleteTask(_source, { id }, { data }) {
    if (!(await data.tasks.delete(id))) throw notFound();
    return id;
  },

  async moveTask(_source, { id, after }, { data }, info) {
    const moved = await data.tasks.move(id, after ?? null, askedFor(info));
    if (moved === null) throw notFound();
    return moved;
  },

  clearTasks: (_source, { done }, { data }) => data.tasks.clear(done ?? null),
};
