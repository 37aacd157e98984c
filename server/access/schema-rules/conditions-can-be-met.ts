import { directiveApplications, createReporter, type SchemaRule } from './schema-rule.ts';

/** Some viewers meet a condition and others do not: no empty list, no `maxAge` below 1 second, no `false`. */
export const conditionsCanBeMet: SchemaRule = (context) => {
  const report = createReporter(context, conditionsCanBeMet);
  for (const [rule, { directives }] of directiveApplications(context, 'auth')) {
    if (rule.roles?.length === 0) report(rule, 'roles is empty', 'list a role, or omit roles');
    if (rule.maxAge !== null && rule.maxAge < 1)
      report(rule, `maxAge is ${rule.maxAge}`, 'write a number of seconds, 1 or more, or omit maxAge');
    const value = directives
      .filter(({ name }) => name.value === 'auth')
      .flatMap((node) => node.arguments ?? [])
      .find(({ name }) => name.value === 'emailVerified')?.value;
    if (value?.kind === 'BooleanValue' && !value.value)
      report(rule, 'emailVerified is false', 'write true, or omit emailVerified');
  }
  for (const [rule, { directives }] of directiveApplications(context, 'owner')) {
    const value = directives
      .filter(({ name }) => name.value === 'owner')
      .flatMap((node) => node.arguments ?? [])
      .find(({ name }) => name.value === 'orRoles')?.value;
    // `valuesAreReadable` reports null.
    if (value && value.kind !== 'NullValue' && rule.orRoles.length === 0)
      report(rule, 'orRoles is empty', 'list a role, or omit orRoles');
  }
};
