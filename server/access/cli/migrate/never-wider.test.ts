import { test } from 'vitest';
import { PROPERTY_TIMEOUT } from '../../properties/property-settings.ts';
import type { Choices } from '../../properties/random-choices.ts';
import { migrateAmplify } from './amplify.ts';
import { migrateApollo } from './apollo.ts';
import { admits } from './model/admits.ts';
import {
  callers,
  checkNeverWider,
  compare,
  migrated,
  OBJECTS,
  ROLES,
  SCOPES,
  type SourceCaller,
} from './model/never-wider.ts';
import { migrateRedwood } from './redwood.ts';

interface AmplifyRule {
  readonly allow: string;
  readonly provider?: string;
  readonly ownerField?: string;
  readonly groups?: readonly string[];
  readonly groupClaim?: string;
  readonly operations?: readonly string[];
  readonly queries?: readonly string[];
}

function randomAmplifyRule(choices: Choices): AmplifyRule {
  const allow = choices.pick(['owner', 'groups', 'private', 'public', 'custom']);
  const providers = { public: ['apiKey', 'iam'], custom: ['function'] }[allow] ?? ['userPools', 'oidc', 'iam'];
  return {
    allow,
    ...(choices.oneIn(3) ? { provider: choices.pick(providers) } : {}),
    ...(allow === 'owner' && choices.oneIn(2) ? { ownerField: choices.pick(['owner', 'editor']) } : {}),
    ...(allow === 'groups' ? { groups: [choices.pick(ROLES), ...choices.subset(ROLES)] } : {}),
    ...(allow === 'groups' && choices.oneIn(3) ? { groupClaim: choices.pick(['cognito:groups', 'my:groups']) } : {}),
    ...(choices.oneIn(3)
      ? { operations: choices.subset(['create', 'update', 'delete', 'read', 'get', 'list', 'read']) }
      : choices.oneIn(4)
        ? { queries: choices.subset(['get', 'list']) }
        : {}),
  };
}

/** Whether an Amplify rule admits a caller to an operation on an object (Amplify Gen 1, customize authorization rules). */
function amplifyAdmits(
  rule: AmplifyRule,
  operation: string,
  { provider, viewer }: SourceCaller,
  object: Readonly<Record<string, string>>,
) {
  const operations = rule.operations ?? rule.queries ?? ['read'];
  if (!operations.includes(operation) && !operations.includes('read')) return false;
  const expected = rule.provider ?? { public: 'apiKey', custom: 'function' }[rule.allow] ?? 'userPools';
  if (provider !== expected) return false;
  if (rule.allow === 'owner') return object[rule.ownerField ?? 'owner'] === viewer.userId;
  // No caller of the property has groups in another claim.
  if (rule.groupClaim === 'my:groups') return false;
  if (rule.allow === 'groups') return rule.groups?.some((group) => viewer.roles.includes(group)) ?? false;
  return true;
}

const printAmplify = (rules: readonly AmplifyRule[] | null) =>
  rules === null
    ? ''
    : ` @auth(rules: [${rules
        .map((rule) =>
          JSON.stringify(rule)
            .replaceAll(/"(allow|provider|ownerField|groups|groupClaim|operations|queries)":/g, '$1: ')
            .replaceAll(/(allow|provider): "(\w+)"/g, '$1: $2'),
        )
        .join(', ')}])`;

interface AppSyncRule {
  readonly name: string;
  readonly groups: readonly string[] | null;
}

function randomAppSyncRules(choices: Choices): readonly AppSyncRule[] {
  const names = choices.subset(['aws_api_key', 'aws_iam', 'aws_oidc', 'aws_cognito_user_pools']);
  return names.map((name) => ({
    name,
    groups: name === 'aws_cognito_user_pools' && choices.oneIn(2) ? [choices.pick(ROLES)] : null,
  }));
}

/** Whether AppSync's directive admits a caller (AppSync, using additional authorization modes). */
function appSyncAdmits({ name, groups }: AppSyncRule, { provider, viewer }: SourceCaller): boolean {
  const expected = { aws_api_key: 'apiKey', aws_iam: 'iam', aws_oidc: 'oidc' }[name] ?? 'userPools';
  return provider === expected && (groups === null || groups.some((group) => viewer.roles.includes(group)));
}

const printAppSync = (rules: readonly AppSyncRule[]) =>
  rules
    .map(({ name, groups }) => ` @${name}${groups === null ? '' : `(cognito_groups: ${JSON.stringify(groups)})`}`)
    .join('');

// covers: CLI-05
test('a migrated Amplify schema admits no caller whom Amplify would refuse, for random rules', PROPERTY_TIMEOUT, () => {
  checkNeverWider((choices) => {
    const randomRules = () => Array.from({ length: 1 + choices.upTo(2) }, () => randomAmplifyRule(choices));
    const onType = choices.oneIn(5) ? null : randomRules();
    const onFields = new Map(['a', 'b'].map((name) => [name, choices.oneIn(3) ? randomRules() : null]));
    const appSyncOf = new Map(
      ['T', 'a', 'b'].map((name) => [name, choices.oneIn(4) ? randomAppSyncRules(choices) : []]),
    );
    const printAll = (name: string, rules: readonly AmplifyRule[] | null) =>
      `${printAmplify(rules)}${printAppSync(appSyncOf.get(name) ?? [])}`;
    const fields = [...onFields].map(([name, rules]) => `${name}: Int${printAll(name, rules)}`).join('\n');
    const sdl = `type T @model${printAll('T', onType)} { owner: String editor: String\n${fields} }`;
    const publicIsEveryone = choices.oneIn(2);
    const target = migrated(sdl, (documents, migration) =>
      migrateAmplify(documents, { roles: new Map(), publicIsEveryone }, migration),
    );
    for (const caller of callers(choices, ['userPools', 'userPools', 'apiKey', 'iam', 'oidc', 'none']))
      for (const [name, own] of onFields) {
        const object = choices.pick(OBJECTS);
        // With --public-is-everyone, every caller has the API key.
        const identities = publicIsEveryone ? [caller, { ...caller, provider: 'apiKey' }] : [caller];
        const rules = own ?? onType;
        const ofAppSync = [name, 'T'].map((key) => appSyncOf.get(key) ?? []).find((list) => list.length > 0);
        const bySource =
          (rules !== null || ofAppSync !== undefined) &&
          (rules === null ||
            ['get', 'list'].every((operation) =>
              rules.some((rule) => identities.some((one) => amplifyAdmits(rule, operation, one, object))),
            )) &&
          (ofAppSync?.some((rule) => identities.some((one) => appSyncAdmits(rule, one))) ?? true);
        const context = { sdl, target: target.sdl, name, caller, object };
        // Without a rule on type or field the migrated field has none.
        compare(bySource, admits(target.sdl, `T.${name}`, caller.viewer, object), target.isExact, context);
      }
  });
});

// covers: CLI-05
test('a migrated Redwood schema admits no caller whom Redwood would refuse, for random rules', PROPERTY_TIMEOUT, () => {
  checkNeverWider((choices) => {
    const rules = ['a', 'b', 'c'].map((name) => {
      const kind = choices.pick(['skip', 'require', 'roles', 'one role', 'empty', 'none', 'both']);
      const roles =
        kind === 'one role'
          ? [choices.pick(ROLES)]
          : kind === 'roles'
            ? [choices.pick(ROLES), ...choices.subset(ROLES)]
            : [];
      const directive = {
        skip: '@skipAuth',
        require: '@requireAuth',
        roles: `@requireAuth(roles: ${JSON.stringify(roles)})`,
        'one role': `@requireAuth(roles: ${JSON.stringify(roles[0])})`,
        empty: '@requireAuth(roles: [])',
        none: '',
        both: '@requireAuth @skipAuth',
      }[kind];
      return { name, kind, roles, directive };
    });
    const sdl = `type Query { ${rules.map(({ name, directive }) => `${name}: Int ${directive}`).join('\n')} }`;
    const target = migrated(sdl, (documents, migration) =>
      migrateRedwood(documents, { roles: new Map(), publicIsEveryone: false }, migration),
    );
    for (const caller of callers(choices, ['token', 'none']))
      for (const { name, kind, roles } of rules) {
        const isSignedIn = caller.viewer.userId !== null;
        // A field without a directive is refused: Redwood does not start with it.
        const bySource =
          kind === 'skip' ||
          (isSignedIn &&
            (kind === 'require' || kind === 'both' || roles.some((role) => caller.viewer.roles.includes(role))));
        compare(bySource, admits(target.sdl, `Query.${name}`, caller.viewer, {}), target.isExact, {
          sdl,
          target: target.sdl,
          name,
          caller,
        });
      }
  });
});

// covers: CLI-05
test('a migrated Apollo schema admits no caller whom Apollo would refuse, for random rules', PROPERTY_TIMEOUT, () => {
  checkNeverWider((choices) => {
    const randomRules = () => {
      const scopes = Array.from({ length: 1 + choices.upTo(1) }, () => [
        choices.pick(SCOPES),
        ...choices.subset(SCOPES),
      ]);
      const policies = [['p'], ['q', 'p']].slice(0, 1 + choices.upTo(1));
      return {
        authenticated: choices.oneIn(3),
        scopes: choices.oneIn(2) ? scopes : null,
        policies: choices.oneIn(6) ? policies : null,
      };
    };
    type RandomRules = ReturnType<typeof randomRules>;
    const print = ({ authenticated, scopes, policies }: RandomRules) =>
      `${authenticated ? ' @authenticated' : ''}${scopes ? ` @requiresScopes(scopes: ${JSON.stringify(scopes)})` : ''}${policies ? ` @policy(policies: ${JSON.stringify(policies)})` : ''}`;
    const admitsBy = ({ authenticated, scopes, policies }: RandomRules, { viewer, policies: held }: SourceCaller) =>
      (!authenticated || viewer.userId !== null) &&
      (scopes === null || scopes.some((group) => group.every((scope) => viewer.scopes.includes(scope)))) &&
      (policies === null || policies.some((group) => group.every((policy) => held.includes(policy))));
    const [onT, onA, onB, onU, onC] = [randomRules(), randomRules(), randomRules(), randomRules(), randomRules()];
    const [onV, onD] = [randomRules(), randomRules()];
    const onI = choices.oneIn(4) ? randomRules() : null;
    // Apollo applies the rules of an interface to what is selected on it alone.
    const ofI = onI ? `interface I${choices.oneIn(2) ? `${print(onI)} { a: Int }` : ` { a: Int${print(onI)} }`}` : '';
    const sdl = `${ofI} type T${onI ? ' implements I' : ''}${print(onT)} { a: Int${print(onA)}\n b: U${print(onB)}\n d: [V]${print(onD)} } type U${print(onU)} { c: [T!]${print(onC)} } scalar V${print(onV)}`;
    const target = migrated(sdl, (documents, migration) => migrateApollo(documents, migration));
    // The rules of a type also refuse the fields that return it.
    const required = { 'T.a': [onT, onA], 'T.b': [onT, onB, onU], 'T.d': [onT, onD, onV], 'U.c': [onU, onC, onT] };
    for (const caller of callers(choices, ['token', 'token', 'none']))
      for (const [coordinate, all] of Object.entries(required)) {
        const bySource = all.every((rules) => admitsBy(rules, caller));
        // Without a rule on field or type, the migrated field has none.
        const isJudged = all
          .slice(0, 2)
          .some(({ authenticated, scopes, policies }) => authenticated || scopes || policies);
        compare(bySource, admits(target.sdl, coordinate, caller.viewer, {}), target.isExact && isJudged, {
          sdl,
          target: target.sdl,
          coordinate,
          caller,
        });
      }
  });
});
