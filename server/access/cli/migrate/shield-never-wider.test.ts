import { test } from 'vitest';
import { PROPERTY_TIMEOUT } from '../../properties/property-settings.ts';
import type { Choices } from '../../properties/random-choices.ts';
import { admits } from './model/admits.ts';
import { callers, checkNeverWider, compare, migrated, OBJECTS, type SourceCaller } from './model/never-wider.ts';
import { migrateShield, parseKnownRule } from './shield.ts';
import { createStandIn, type ShieldCall } from './shield-stand-in.ts';

type Tree = { readonly kind: string; readonly of: readonly Tree[] };

function randomTree(choices: Choices, depth: number): Tree {
  const leaves = ['isSignedIn', 'isAdmin', 'isEditor', 'isOwner', 'isSignedIn', 'isAdmin', 'other', 'allow', 'deny'];
  const kind = choices.pick(depth === 0 ? leaves : [...leaves, 'and', 'or', 'chain', 'race', 'not']);
  const length = { and: 2, chain: 2, or: 2, race: 3, not: 1 }[kind] ?? 0;
  return { kind, of: Array.from({ length }, () => randomTree(choices, depth - 1)) };
}

/** What graphql-shield answers, with the application's functions of the names above. */
function shieldAdmits({ kind, of }: Tree, caller: SourceCaller, object: Readonly<Record<string, string>>): boolean {
  const { userId, roles } = caller.viewer;
  switch (kind) {
    case 'isSignedIn':
      return userId !== null;
    case 'isAdmin':
      return roles.includes('ADMIN');
    case 'isEditor':
      return roles.includes('EDITOR');
    case 'isOwner':
      return userId !== null && object['owner'] === userId;
    case 'other':
      return caller.other;
    case 'allow':
      return true;
    case 'deny':
      return false;
    case 'not':
      return !of.some((part) => shieldAdmits(part, caller, object));
    case 'and':
    case 'chain':
      return of.every((part) => shieldAdmits(part, caller, object));
    default:
      return of.some((part) => shieldAdmits(part, caller, object));
  }
}

type MakeRule = (name: string) => (decide: () => boolean) => unknown;

// covers: CLI-05
test(
  'a schema migrated from graphql-shield admits no caller whom it would refuse, for random rule maps',
  PROPERTY_TIMEOUT,
  () => {
    const known = new Map(
      [
        'isSignedIn=@auth',
        'isAdmin=@auth(roles: [ADMIN])',
        'isEditor=@auth(roles: EDITOR)',
        'isOwner=@owner(field: "owner")',
      ].map(parseKnownRule),
    );
    checkNeverWider((choices) => {
      const calls: ShieldCall[] = [];
      const library = createStandIn(calls) as Record<string, (...args: readonly unknown[]) => unknown>;
      // As a module does: one function of each name.
      const functions = new Map<string, unknown>();
      const build = ({ kind, of }: Tree): unknown => {
        if (kind === 'allow' || kind === 'deny') return library[kind];
        if (of.length > 0) return library[kind]?.(...of.map(build));
        const made = functions.get(kind) ?? (library['rule'] as MakeRule)(kind)(() => true);
        functions.set(kind, made);
        return made;
      };
      const tree = () => randomTree(choices, 2);
      const maybe = () => (choices.oneIn(3) ? null : tree());
      const whole = choices.oneIn(4) ? tree() : null;
      const own = { a: maybe(), b: maybe(), '*': choices.oneIn(3) ? tree() : null };
      const fallback = choices.oneIn(3) ? tree() : null;
      const entries = Object.entries(own).flatMap(([name, rule]) => (rule ? [[name, build(rule)] as const] : []));
      // A misspelt name of a rule is undefined; a function without `rule` is no rule.
      const noRule = choices.oneIn(6) ? choices.pick(['a', 'b', '*']) : null;
      if (noRule !== null) entries.push([noRule, choices.oneIn(2) ? undefined : () => true]);
      const type = whole ? build(whole) : Object.fromEntries(entries);
      const ofInterface = choices.oneIn(3) ? { I: choices.oneIn(2) ? build(tree()) : { a: build(tree()) } } : {};
      const isOneRule = whole !== null && choices.oneIn(3);
      library['shield']?.(
        isOneRule ? type : { T: type, ...ofInterface },
        fallback ? { fallbackRule: build(fallback) } : {},
      );
      const sdl = 'interface I { a: Int } type T implements I { owner: ID a: Int b: Int } type Query { t: T }';
      const [call] = calls;
      if (call === undefined) throw new Error('shield was not called.');
      const target = migrated(sdl, (documents, migration) => migrateShield(documents, call, known, migration));
      for (const caller of callers(choices, ['token', 'token', 'none']))
        for (const name of ['a', 'b'] as const) {
          const object = choices.pick(OBJECTS);
          // graphql-shield ignores a map with an entry that is no rule.
          const rule = whole ?? (noRule === null ? (own[name] ?? own['*'] ?? fallback) : fallback);
          const isOpenByFallback = rule === null || (rule === fallback && fallback.kind === 'allow');
          const bySource = rule === null || shieldAdmits(rule, caller, object);
          const byTarget = admits(target.sdl, `T.${name}`, caller.viewer, object);
          compare(bySource, byTarget, target.isExact && !isOpenByFallback, {
            rule,
            target: target.sdl,
            name,
            caller,
            object,
          });
        }
    });
  },
);
