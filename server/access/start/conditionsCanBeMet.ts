import { applications, reporter, type StartRule } from './context.ts';

/** A condition is one that some callers meet and others do not: no empty lists, no age under a second, no `false`. */
export const conditionsCanBeMet: StartRule = (context) => {
  const report = reporter(context, conditionsCanBeMet);
  for (const [rule, { directives }] of applications(context, 'auth')) {
    if (rule.roles?.length === 0) report(rule, 'roles is empty', 'name a role, or leave roles out');
    if (rule.maxAge !== null && rule.maxAge < 1)
      report(rule, `maxAge is ${rule.maxAge}`, 'write a number of seconds from 1 up, or leave maxAge out');
    const says = directives
      .filter(({ name }) => name.value === 'auth')
      .flatMap((node) => node.arguments ?? [])
      .find(({ name }) => name.value === 'emailVerified')?.value;
    if (says?.kind === 'BooleanValue' && !says.value)
      report(rule, 'emailVerified is false', 'write true, or leave emailVerified out');
  }
  for (const [rule, { directives }] of applications(context, 'owner')) {
    const says = directives
      .filter(({ name }) => name.value === 'owner')
      .flatMap((node) => node.arguments ?? [])
      .find(({ name }) => name.value === 'orRoles')?.value;
    // Null is told by another rule, and once is enough.
    if (says && says.kind !== 'NullValue' && rule.orRoles.length === 0)
      report(rule, 'orRoles is empty', 'name a role, or leave orRoles out');
  }
};
