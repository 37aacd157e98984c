import { nullsField, type RestrictiveRule, type Rule, type ScopeLists } from './rule.ts';

/** What every restrictive rule requires. */
const SIGNED_IN = 'signed in';

/**
 * Describes the requirements of rules; null if there are none. A rule with `onRefusal: NULL` is described as a whole, because
 * only its own conditions lead to null.
 */
export function describeRules(rules: readonly RestrictiveRule[]): string | null {
  if (rules.length === 0) return null;
  const refusing = rules.filter((rule) => !nullsField(rule));
  const descriptions = new Set([
    ...(refusing.length === 0 ? [] : [SIGNED_IN]),
    ...refusing.flatMap(ruleDescriptions),
    ...rules.filter(nullsField).map((rule) => {
      const conditions = ruleDescriptions(rule);
      const needed = refusing.length === 0 || conditions.length === 0 ? [SIGNED_IN, ...conditions] : conditions;
      return `${needed.join(' and ')}, otherwise null`;
    }),
  ]);
  return [...descriptions].join('; ');
}

function ruleDescriptions(rule: RestrictiveRule): readonly string[] {
  if (rule.kind === 'owner') {
    const roles = rule.orRoles.length > 0 ? `, or role ${rule.orRoles.join(' or ')}` : '';
    return [rule.field === null ? "the caller's own id" : `only the owner${roles}`];
  }
  return [
    ...(rule.roles === null ? [] : [`role ${rule.roles.join(' or ')}`]),
    ...(rule.scopes === null ? [] : [describeScopes(rule.scopes)]),
    ...(rule.emailVerified ? ['verified e-mail address'] : []),
    ...(rule.maxAge === null
      ? []
      : [`signed in within the last ${rule.maxAge === 1 ? 'second' : `${rule.maxAge} seconds`}`]),
  ];
}

/** Describes a condition on scopes: `scopes read:tasks and write:tasks, or scope admin`. */
export function describeScopes(lists: ScopeLists): string {
  return lists.map((all) => `${all.length === 1 ? 'scope' : 'scopes'} ${all.join(' and ')}`).join(', or ');
}

/** Appends the requirements to a schema description, which explorers and generated documentation show. */
export function appendAccessDescription(
  description: string | null | undefined,
  rules: readonly RestrictiveRule[],
): string | null | undefined {
  const descriptions = describeRules(rules);
  if (descriptions === null) return description;
  const access = `Access: ${descriptions}.`;
  return description ? `${description}\n\n${access}` : access;
}

/**
 * Formats a rule as SDL with its coordinate and location: `@auth(roles: [ADMIN]) at Query.log (schema/log.graphql:3)`.
 */
export function formatRule(rule: Rule): string {
  const location = rule.location === null ? '' : ` (${rule.location.file}:${rule.location.line})`;
  return `${formatDirective(rule)} at ${rule.coordinate}${location}`;
}

/** Formats a rule as SDL: `@auth(roles: [ADMIN])`. */
export function formatDirective(rule: Rule): string {
  const args = directiveArguments(rule)
    .filter((entry): entry is readonly [string, string] => entry[1] !== null)
    .map(([name, value]) => `${name}: ${value}`);
  return `@${rule.kind}${args.length === 0 ? '' : `(${args.join(', ')})`}`;
}

function directiveArguments(rule: Rule): readonly (readonly [string, string | null])[] {
  switch (rule.kind) {
    case 'public':
      return [['reason', rule.reason === '' ? null : JSON.stringify(rule.reason)]];
    case 'auth':
      return [
        ['roles', rule.roles && `[${rule.roles.join(', ')}]`],
        ['maxAge', rule.maxAge === null ? null : String(rule.maxAge)],
        ['emailVerified', rule.emailVerified ? 'true' : null],
        [
          'scopes',
          rule.scopes &&
            `[${rule.scopes.map((all) => `[${all.map((scope) => JSON.stringify(scope)).join(', ')}]`).join(', ')}]`,
        ],
        ['onRefusal', rule.onRefusal === 'REJECT' ? null : rule.onRefusal],
      ];
    case 'owner':
      return [
        ['field', rule.field && JSON.stringify(rule.field)],
        ['orRoles', rule.orRoles.length === 0 ? null : `[${rule.orRoles.join(', ')}]`],
      ];
  }
}
