import type { RestrictiveRule } from './rule.ts';

/** What rules ask of a caller, in plain words; null when they ask nothing. */
export function describeRules(rules: readonly RestrictiveRule[]): string | null {
  if (rules.length === 0) return null;
  const descriptions = new Set(['signed in', ...rules.flatMap(ruleDescriptions)]);
  return [...descriptions].join('; ');
}

function ruleDescriptions(rule: RestrictiveRule): readonly string[] {
  if (rule.kind === 'owner') {
    const roles = rule.orRoles.length > 0 ? `, or role ${rule.orRoles.join(' or ')}` : '';
    return [rule.field === null ? "the caller's own id" : `only the owner${roles}`];
  }
  return [
    ...(rule.roles === null ? [] : [`role ${rule.roles.join(' or ')}`]),
    ...(rule.emailVerified ? ['verified e-mail address'] : []),
    ...(rule.maxAge === null
      ? []
      : [`signed in within the last ${rule.maxAge === 1 ? 'second' : `${rule.maxAge} seconds`}`]),
  ];
}

/** A description that ends with what is asked: explorers and generated documentation show it beside the field. */
export function appendAccessDescription(
  description: string | null | undefined,
  rules: readonly RestrictiveRule[],
): string | null | undefined {
  const descriptions = describeRules(rules);
  if (descriptions === null) return description;
  const access = `Access: ${descriptions}.`;
  return description ? `${description}\n\n${access}` : access;
}
