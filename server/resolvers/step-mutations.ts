import type { MutationResolvers } from '../generated/resolvers.ts';
import { badUserInput, notFound } from '../errors.ts';
import { selectedFieldNames } from './selected-fields.ts';
import { checkText, rejectNull, TITLE } from './input-validation.ts';

/** The mutations of steps. */
export const stepMutations: MutationResolvers = {
  async addStep(_source, { taskId, input: { title, done } }, { data }, info) {
    if (title == null) {
      const rule = title === null ? 'notNull' : 'required';
      throw badUserInput(TITLE.field, { rule }, 'a new step needs a title of 1 to 200 characters');
    }
    const step = { title: checkText(title.trim(), TITLE), done: done === undefined ? false : rejectNull('done', done) };
    const added = await data.steps.add(taskId, step, selectedFieldNames(info));
    if (added === null) throw notFound();
    if (added === 'full')
      throw badUserInput(
        'taskId',
        { rule: 'maxItems', max: 100 },
        'a task has at most 100 steps; delete a step, or use another task',
      );
    return added;
  },

  async updateStep(_source, { id, input: { title, done } }, { data }, info) {
    const changes = {
      ...(title !== undefined && { title: checkText(rejectNull('title', title).trim(), TITLE) }),
      ...(done !== undefined && { done: rejectNull('done', done) }),
    };
    const updated = await data.steps.update(id, changes, selectedFieldNames(info));
    if (updated === null) throw notFound();
    return updated;
  },

  async deleteStep(_source, { id }, { data }) {
    if (!(await data.steps.delete(id))) throw notFound();
    return id;
  },
};
