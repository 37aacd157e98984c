import { type Alternative, alternativesWithout, type Clause, type Requirement, unimplied } from './requirement.ts';

/** A kind of caller, with no more than is needed to gain access. */
export interface Caller {
  readonly signedIn: boolean;
  readonly roles: readonly string[];
  /** The scopes of the token. */
  readonly scopes: readonly string[];
  /** Seconds since the last sign-in. */
  readonly age: number;
  readonly emailVerified: boolean;
  /** The owner fields of the object that hold the caller's id. */
  readonly owns: readonly string[];
}

/** A caller that a requirement admits, and the clause of the other requirement that the caller fails. */
export interface Gain {
  readonly caller: Caller;
  readonly lacking: Clause;
}

/** Returns the callers that `next` admits and `previous` does not: the least of them for each clause that they fail. */
export function gainsOf(previous: Requirement, next: Requirement): readonly Gain[] {
  const gains = unimplied(next, previous).flatMap((lacking) =>
    leastCallers(next, lacking).map((caller) => ({ caller, lacking })),
  );
  const descriptions = gains.map(describeGain);
  return gains.filter((_, index) => descriptions.indexOf(descriptions[index] ?? '') === index);
}

/**
 * Returns the callers with the fewest roles, scopes and objects that satisfy a requirement and no alternative of `lacking`. They
 * signed in just now and have a verified address, unless that is what they lack. Empty if there is none.
 */
export function leastCallers(requirement: Requirement, lacking: Clause): readonly Caller[] {
  let choices: readonly ReadonlySet<string>[] = [new Set()];
  for (const clause of requirement) {
    const usable = alternativesWithout(clause, lacking);
    choices = leastSets(choices.flatMap((chosen) => usable.map((alternative) => withFact(chosen, alternative))));
  }
  const age = lacking.flatMap((alternative) => (alternative.kind === 'age' ? alternative.maxAge + 1 : []));
  return choices.map((facts) => ({
    signedIn: requirement.length > 0,
    roles: factsOf(facts, 'role'),
    scopes: factsOf(facts, 'scope'),
    age: Math.max(0, ...age),
    emailVerified: !lacking.some(({ kind }) => kind === 'verified'),
    owns: factsOf(facts, 'owner'),
  }));
}

/** Adds the role, scope or ownership of an alternative; other facts are the same for all callers. */
function withFact(facts: ReadonlySet<string>, alternative: Alternative): ReadonlySet<string> {
  if (alternative.kind === 'scope') return new Set([...facts, `scope ${alternative.scope}`]);
  if (alternative.kind === 'role') return new Set([...facts, `role ${alternative.role}`]);
  return alternative.kind === 'owner' ? new Set([...facts, `owner ${alternative.field}`]) : facts;
}

function factsOf(facts: ReadonlySet<string>, kind: 'role' | 'scope' | 'owner'): readonly string[] {
  const prefix = `${kind} `;
  return [...facts].filter((fact) => fact.startsWith(prefix)).map((fact) => fact.slice(prefix.length));
}

/** Returns the sets that contain no other of them. */
function leastSets(sets: readonly ReadonlySet<string>[]): readonly ReadonlySet<string>[] {
  const contains = (set: ReadonlySet<string>, other: ReadonlySet<string>) => [...other].every((fact) => set.has(fact));
  return sets.filter(
    (set, index) =>
      !sets.some((other, at) => at !== index && contains(set, other) && (other.size < set.size || at < index)),
  );
}

/** Describes a gain as an audience: `signed-in callers, on objects of other users`. */
export function describeGain({ caller, lacking }: Gain): string {
  if (!caller.signedIn) return 'anonymous callers';
  const lacks = (kind: Alternative['kind']) => lacking.some((alternative) => alternative.kind === kind);
  const roles = lacking.flatMap((alternative) => (alternative.kind === 'role' ? alternative.role : []));
  const scopes = lacking.flatMap((alternative) => (alternative.kind === 'scope' ? alternative.scope : []));
  const base = caller.roles.length > 0 ? `callers with the role ${caller.roles.join(' and ')}` : 'signed-in callers';
  return [
    caller.roles.length === 0 && roles.length > 0 && !lacks('owner')
      ? `${base} without the role ${roles.join(' or ')}`
      : base,
    ...(caller.scopes.length > 0 ? [`with the scope ${caller.scopes.join(' and ')}`] : []),
    ...(scopes.length > 0 ? [`without the scope ${scopes.join(' or ')}`] : []),
    ...(lacks('age') ? [`signed in ${caller.age} s ago`] : []),
    ...(lacks('verified') ? ['with an unverified e-mail address'] : []),
    ...(caller.owns.length > 0 ? ['on their own objects'] : []),
    ...(lacks('owner') && caller.owns.length === 0 ? ['on objects of other users'] : []),
  ].join(', ');
}
