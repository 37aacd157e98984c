import type { RestrictiveRule, ScopeLists } from '../rule.ts';

/** One way to satisfy a clause. */
export type Alternative =
  | { readonly kind: 'signed in' }
  | { readonly kind: 'role'; readonly role: string }
  /** The token has this scope. */
  | { readonly kind: 'scope'; readonly scope: string }
  /** The last sign-in was at most this many seconds ago. */
  | { readonly kind: 'age'; readonly maxAge: number }
  | { readonly kind: 'verified' }
  /** The caller's id is in this field of the object. */
  | { readonly kind: 'owner'; readonly field: string };

/** Satisfied if any of its alternatives is. No viewer satisfies the empty clause. */
export type Clause = readonly Alternative[];

/** What a caller must satisfy: every clause. */
export type Requirement = readonly Clause[];

/** The requirement of what is not in the schema. */
export const NOBODY: Requirement = [[]];

/** The requirement of what is public. */
export const ANYONE: Requirement = [];

/** How the callers that a requirement admits change when it is replaced by another. */
export type Relation = 'equal' | 'narrower' | 'wider' | 'incomparable';

/** Returns the requirement that rules state together. Without rules, anyone is admitted. */
export function requirementOf(rules: readonly RestrictiveRule[]): Requirement {
  if (rules.length === 0) return ANYONE;
  return [[{ kind: 'signed in' }], ...rules.flatMap(clausesOf)];
}

function clausesOf(rule: RestrictiveRule): readonly Clause[] {
  if (rule.kind === 'owner') return [[{ kind: 'owner', field: rule.field ?? '' }, ...rule.orRoles.map(toRole)]];
  return [
    ...(rule.roles === null ? [] : [rule.roles.map(toRole)]),
    ...(rule.scopes === null ? [] : scopeClauses(rule.scopes)),
    ...(rule.maxAge === null ? [] : [[{ kind: 'age', maxAge: rule.maxAge } as const]]),
    ...(rule.emailVerified ? [[{ kind: 'verified' } as const]] : []),
  ];
}

/**
 * Returns alternatives of conjunctions as a conjunction of alternatives: one scope of each list in every combination.
 * `conditionsCanBeMet` limits their number.
 */
function scopeClauses(lists: ScopeLists): readonly Clause[] {
  return lists.reduce<readonly Clause[]>(
    (clauses, all) => clauses.flatMap((clause) => all.map((scope): Clause => [...clause, { kind: 'scope', scope }])),
    [[]],
  );
}

const toRole = (role: string): Alternative => ({ kind: 'role', role });

/**
 * Whether every caller that satisfies one requirement satisfies the other, on every object.
 *
 * A requirement is a conjunction of disjunctions of positive facts, so this test is exact: let no clause of `stricter`
 * imply the clause `c` of `looser`. Then the caller for whom all of `c` is false and every other fact is true satisfies
 * `stricter`, because each of its clauses has a fact outside `c`, and does not satisfy `looser`.
 */
export function implies(stricter: Requirement, looser: Requirement): boolean {
  return unimplied(stricter, looser).length === 0;
}

/** Returns the clauses of `looser` that a caller can fail who satisfies `stricter`. */
export function unimplied(stricter: Requirement, looser: Requirement): readonly Clause[] {
  return looser.filter((clause) => !stricter.some((candidate) => impliesClause(candidate, clause)));
}

/** Compares two requirements of the same element: how `next` differs from `previous`. */
export function relationOf(previous: Requirement, next: Requirement): Relation {
  const someGain = !implies(next, previous);
  const someLose = !implies(previous, next);
  if (someGain) return someLose ? 'incomparable' : 'wider';
  return someLose ? 'narrower' : 'equal';
}

/** Whether a caller can satisfy a clause without satisfying any alternative of the other. */
export function isSatisfiableWithout(clause: Clause, lacking: Clause): boolean {
  return alternativesWithout(clause, lacking).length > 0;
}

/** Returns the alternatives of a clause that satisfy no alternative of the other. */
export function alternativesWithout(clause: Clause, lacking: Clause): readonly Alternative[] {
  return clause.filter((alternative) => !lacking.some((other) => impliesAlternative(alternative, other)));
}

function impliesClause(stricter: Clause, looser: Clause): boolean {
  return !isSatisfiableWithout(stricter, looser);
}

function impliesAlternative(stricter: Alternative, looser: Alternative): boolean {
  switch (looser.kind) {
    // An anonymous caller has no role, no scope, no sign-in, no address and no objects.
    case 'signed in':
      return true;
    case 'role':
      return stricter.kind === 'role' && stricter.role === looser.role;
    case 'scope':
      return stricter.kind === 'scope' && stricter.scope === looser.scope;
    case 'age':
      return stricter.kind === 'age' && stricter.maxAge <= looser.maxAge;
    case 'verified':
      return stricter.kind === 'verified';
    case 'owner':
      return stricter.kind === 'owner' && stricter.field === looser.field;
  }
}

/** Describes a requirement on one line, without clauses that follow from others. */
export function describeRequirement(requirement: Requirement): string {
  if (requirement.length === 0) return 'anyone';
  const needed = requirement.filter(
    (clause, index) =>
      !requirement.some(
        (other, at) => at !== index && impliesClause(other, clause) && (at < index || !impliesClause(clause, other)),
      ),
  );
  return needed.map(describeClause).join('; ');
}

function describeClause(clause: Clause): string {
  return clause.length === 0 ? 'nobody' : clause.map(describeAlternative).join(' or ');
}

function describeAlternative(alternative: Alternative): string {
  switch (alternative.kind) {
    case 'signed in':
      return 'signed in';
    case 'role':
      return `role ${alternative.role}`;
    case 'scope':
      return `scope ${alternative.scope}`;
    case 'age':
      return `signed in within ${alternative.maxAge} s`;
    case 'verified':
      return 'verified e-mail address';
    case 'owner':
      return `owner in \`${alternative.field}\``;
  }
}
