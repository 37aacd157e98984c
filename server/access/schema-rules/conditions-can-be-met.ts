import type { ScopeLists } from '../rule.ts';
import { createReporter, directiveApplications, type SchemaRule, writtenArguments } from './schema-rule.ts';

/** The most clauses into which a condition on scopes is split when policies are compared. */
const MAX_SCOPE_CLAUSES = 100;

/**
 * Some viewers meet a condition and others do not: no empty list, no `maxAge` below 1 second, no `false`. Each part of a
 * condition on scopes matters: none is repeated or implied.
 */
export const conditionsCanBeMet: SchemaRule = (context) => {
  const report = createReporter(context, conditionsCanBeMet);
  for (const [rule, element] of directiveApplications(context, 'auth')) {
    if (rule.roles?.length === 0) report(rule, 'roles is empty', 'list a role, or omit roles');
    if (rule.maxAge !== null && rule.maxAge < 1)
      report(rule, `maxAge is ${rule.maxAge}`, 'write a number of seconds, 1 or more, or omit maxAge');
    for (const [message, fix] of scopeProblems(rule.scopes ?? null)) report(rule, message, fix);
    const value = writtenArguments(element, 'auth').find(({ name }) => name.value === 'emailVerified')?.value;
    if (value?.kind === 'BooleanValue' && !value.value)
      report(rule, 'emailVerified is false', 'write true, or omit emailVerified');
  }
  for (const [rule, element] of directiveApplications(context, 'owner')) {
    const value = writtenArguments(element, 'owner').find(({ name }) => name.value === 'orRoles')?.value;
    // `valuesAreReadable` reports null.
    if (value && value.kind !== 'NullValue' && rule.orRoles.length === 0)
      report(rule, 'orRoles is empty', 'list a role, or omit orRoles');
  }
};

function* scopeProblems(lists: ScopeLists | null): Generator<readonly [message: string, fix: string]> {
  if (lists === null) return;
  if (lists.length === 0) yield ['scopes is empty', 'list the scopes, or omit scopes'];
  for (const [index, all] of lists.entries()) {
    const text = JSON.stringify(all);
    if (all.length === 0)
      yield ['scopes has an empty list, which every token satisfies', 'list a scope in it, or omit scopes'];
    if (new Set(all).size < all.length) yield [`scopes repeats a scope in ${text}`, 'name each scope once'];
    const implied = lists.find(
      (other, at) =>
        at !== index &&
        other.every((scope) => all.includes(scope)) &&
        (at < index || !all.every((scope) => other.includes(scope))),
    );
    if (implied && implied.length > 0)
      yield [`${text} in scopes has no effect, because ${JSON.stringify(implied)} suffices`, `remove ${text}`];
  }
  const clauses = lists.reduce((product, { length }) => product * length, 1);
  if (clauses > MAX_SCOPE_CLAUSES)
    yield [`scopes has ${clauses} combinations of one scope of each list`, `write at most ${MAX_SCOPE_CLAUSES}`];
}
