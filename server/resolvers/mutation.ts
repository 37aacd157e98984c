import type { MutationResolvers } from '../generated/resolvers.ts';
import { badUserInput, goneViewer, notFound } from '../http/errors.ts';
import { checkText } from './text.ts';

const TITLE = { field: 'input.title', least: 1, most: 200 };
const DESCRIPTION = { field: 'input.description', least: 0, most: 10_000 };

export const Mutation: MutationResolvers = {
  async createTask(_source, { input }, { data }) {
    const { title, description, dueAt, priority } = input;
    const task = await data.tasks.create({
      title: checkText(title.trim(), TITLE),
      description: checkText(description, DESCRIPTION),
      dueAt: dueAt ?? null,
      priority,
    });
    if (task === null) throw goneViewer();
    return task;
  },

  async updateTask(_source, { id, input }, { data }) {
    const { title, description, done, dueAt, priority } = input;
    const task = await data.tasks.update(id, {
      ...(title !== undefined && { title: checkText(required('title', title).trim(), TITLE) }),
      ...(description !== undefined && { description: checkText(required('description', description), DESCRIPTION) }),
      ...(done !== undefined && { done: required('done', done) }),
      ...(dueAt !== undefined && { dueAt }),
      ...(priority !== undefined && { priority: required('priority', priority) }),
    });
    if (task === null) throw notFound();
    return task;
  },

  async deleteTask(_source, { id }, { data }) {
    if (!(await data.tasks.delete(id))) throw notFound();
    return id;
  },
};

/** A field of an update may be left out, which keeps it as it is; only some may be emptied. */
function required<T>(field: string, value: T | null): T {
  if (value === null) throw badUserInput(`input.${field}`, 'leave it out to keep it as it is; it cannot be null');
  return value;
}
