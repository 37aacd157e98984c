import { directiveApplications, createReporter, type SchemaRule } from './schema-rule.ts';

/** A condition is one that some callers meet and others do not: no empty lists, no age under a second, no `false`. */
export const conditionsCanBeMet: SchemaRule = (context) => {
  const report = createReporter(context, conditionsCanBeMet);
  for (const [rule, { directives }] of directiveApplications(context, 'auth')) {
    if (rule.roles?.length === 0) report(rule, 'roles is empty', 'name a role, or leave roles out');
    if (rule.maxAge !== null && rule.maxAge < 1)
      report(rule, `maxAge is ${rule.maxAge}`, 'write a number of seconds from 1 up, or leave maxAge out');
    const value = directives
      .filter(({ name }) => name.value === 'auth')
      .flatMap((node) => node.arguments ?? [])
      .find(({ name }) => name.value === 'emailVerified')?.value;
    if (value?.kind === 'BooleanValue' && !value.value)
      report(rule, 'emailVerified is false', 'write true, or leave emailVerified out');
  }
  for (const [rule, { directives }] of directiveApplications(context, 'owner')) {
    const value = directives
      .filter(({ name }) => name.value === 'owner')
      .flatMap((node) => node.arguments ?? [])
      .find(({ name }) => name.value === 'orRoles')?.value;
    // Null is told by another rule, and once is enough.
    if (value && value.kind !== 'NullValue' && rule.orRoles.length === 0)
      report(rule, 'orRoles is empty', 'name a role, or leave orRoles out');
  }
};
