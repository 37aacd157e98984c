import { type Fault, faultsIn } from './fault.ts';

/** Faults in the judgement of a schema at start: each rule, and `checkSchema`, which asks them all. */
export const START_FAULTS: readonly Fault[] = [
  ...faultsIn('start/policyDirectivesAreDefined.ts', [
    {
      rule: 'policyDirectivesAreDefined',
      name: 'any definition will do',
      find: 'signature(actual) === signature(expected)',
      replace: 'actual.name === expected.name',
    },
    {
      rule: 'policyDirectivesAreDefined',
      name: 'a word may be defined as repeatable',
      find: "isRepeatable ? ' repeatable' : ''",
      replace: "''",
    },
    {
      rule: 'policyDirectivesAreDefined',
      name: 'arguments may have defaults, which nobody reads in the schema',
      find: 'defaultValue === undefined ?',
      replace: 'defaultValue !== null ?',
    },
  ]),
  ...faultsIn('start/onlyKnownDirectives.ts', [
    {
      rule: 'onlyKnownDirectives',
      name: 'a directive is known by its name in small letters',
      find: 'candidate === name',
      replace: 'candidate === name.toLowerCase()',
    },
    {
      rule: 'onlyKnownDirectives',
      name: 'of several at one place only the first is looked at',
      find: 'for (const node of directives) {',
      replace: 'for (const node of directives.slice(0, 1)) {',
    },
    {
      rule: 'onlyKnownDirectives',
      name: 'a word of the policy may stand where it says nothing',
      find: '!PLACES[word].includes(kind)',
      replace: "!PLACES[word].includes('type')",
    },
  ]),
  ...faultsIn('start/valuesAreReadable.ts', [
    {
      rule: 'valuesAreReadable',
      name: 'values that are none pass',
      find: 'of unreadable)',
      replace: 'of unreadable.slice(1))',
    },
    {
      rule: 'valuesAreReadable',
      name: 'null reads as "no such condition"',
      find: 'if (argument.value.kind === Kind.NULL)',
      replace: 'if (argument.value.kind === Kind.NULL && argument.name.value === "")',
    },
    {
      rule: 'valuesAreReadable',
      name: 'only the first argument may not be null',
      find: 'node.arguments ?? []',
      replace: 'node.arguments?.slice(0, 1) ?? []',
    },
  ]),
  ...faultsIn('start/oneApplicationEach.ts', [
    {
      rule: 'oneApplicationEach',
      name: 'an owner may be named twice',
      find: 'of DIRECTIVES) {',
      replace: 'of DIRECTIVES.slice(0, 2)) {',
    },
    {
      rule: 'oneApplicationEach',
      name: 'the third is the first too many',
      find: 'const [, second] =',
      replace: 'const [, , second] =',
    },
    {
      rule: 'oneApplicationEach',
      name: 'what says the same twice is no second',
      find: 'if (second === undefined) continue;',
      replace: 'if (second === undefined || !second.arguments?.length) continue;',
    },
  ]),
  ...faultsIn('start/everyFieldIsJudged.ts', [
    {
      rule: 'everyFieldIsJudged',
      name: 'only the first field of a type is looked at',
      find: 'Object.values(type.getFields())',
      replace: 'Object.values(type.getFields()).slice(0, 1)',
    },
    {
      rule: 'everyFieldIsJudged',
      name: 'any directive covers',
      find: '?.unreadable.length',
      replace: '?.directives.length',
    },
    {
      rule: 'everyFieldIsJudged',
      name: 'interface rules ignored: of a field',
      find: 'fieldRules(context.elements, type, field.name).length > 0',
      replace: '(context.elements.get(`${type.name}.${field.name}`)?.rules ?? []).length > 0',
    },
    {
      rule: 'everyFieldIsJudged',
      name: 'one covered field covers its neighbours',
      find: 'if (fieldRules(context.elements, type, field.name).length > 0) continue;',
      replace:
        'if (Object.keys(type.getFields()).some((name) => fieldRules(context.elements, type, name).length > 0)) continue;',
    },
  ]),
  ...faultsIn('start/publicIsAllOrNothing.ts', [
    {
      rule: 'publicIsAllOrNothing',
      name: 'a blank is a reason',
      find: "rule.reason.trim() === ''",
      replace: "rule.reason === ''",
    },
    {
      rule: 'publicIsAllOrNothing',
      name: 'what its type closes is not noticed',
      find: 'return [...typeRules(context.elements, type), ...onField].find(closes);',
      replace: 'return onField.find(closes);',
    },
    {
      rule: 'publicIsAllOrNothing',
      name: 'interfaces of interfaces are not noticed',
      find: 'return [...typeRules(context.elements, type), ...onField].find(closes);',
      replace:
        'const own = [...(context.elements.get(typeName)?.rules ?? []), ...(context.elements.get(coordinate)?.rules ?? [])];\n    return (isInterfaceType(type) ? own : [...typeRules(context.elements, type), ...onField]).find(closes);',
    },
    {
      rule: 'publicIsAllOrNothing',
      name: 'it may lead to what is owned behind an interface',
      find: 'isAbstractType(result)\n',
      replace: 'isAbstractType(result) && !isInterfaceType(result)\n',
    },
    {
      rule: 'publicIsAllOrNothing',
      name: 'it may lead to what is owned',
      find: 'if (opening === undefined || owned === undefined || rules.some(closes)) continue;',
      replace: 'continue;',
    },
  ]),
  ...faultsIn('start/conditionsCanBeMet.ts', [
    {
      rule: 'conditionsCanBeMet',
      name: 'empty list passes: of roles',
      find: 'rule.roles?.length === 0',
      replace: 'rule.roles?.length === -1',
    },
    {
      rule: 'conditionsCanBeMet',
      name: 'empty list passes: of roles that act for every owner',
      find: 'rule.orRoles.length === 0',
      replace: 'rule.orRoles.length === -1',
    },
    {
      rule: 'conditionsCanBeMet',
      name: 'an age of no seconds passes',
      find: 'rule.maxAge < 1',
      replace: 'rule.maxAge < 0',
    },
    {
      rule: 'conditionsCanBeMet',
      name: 'emailVerified: false passes',
      find: "says?.kind === 'BooleanValue' && !says.value",
      replace: "says?.kind === 'BooleanValue' && says.value === null",
    },
  ]),
  ...faultsIn('start/ownersAreNamed.ts', [
    {
      rule: 'ownersAreNamed',
      name: 'a field that is not there names an owner',
      find: 'if (field === undefined) {',
      replace: 'if (field === undefined) continue;\n    if (field === null) {',
    },
    {
      rule: 'ownersAreNamed',
      name: 'null equals null: an owner may be null',
      find: '!isNonNullType(field.type) &&',
      replace: 'field.type === null &&',
    },
    {
      rule: 'ownersAreNamed',
      name: 'a number names an owner',
      find: 'named !== GraphQLID && named !== GraphQLString',
      replace: "named !== GraphQLID && named !== GraphQLString && named.toString() !== 'Int'",
    },
  ]),
  ...faultsIn('start/ownerInputsAreAssertions.ts', [
    {
      rule: 'ownerInputsAreAssertions',
      name: 'input fields are not looked at',
      find: 'if (!holdsInput(kind)) continue;',
      replace: "if (!holdsInput(kind) || kind === 'input field') continue;",
    },
    {
      rule: 'ownerInputsAreAssertions',
      name: 'an empty default passes',
      find: 'input.defaultValue !== undefined',
      replace: 'input.defaultValue',
    },
    {
      rule: 'ownerInputsAreAssertions',
      name: 'any scalar is an owner’s id',
      find: 'type !== GraphQLID && type !== GraphQLString',
      replace: "type !== GraphQLID && 'getFields' in type",
    },
    {
      rule: 'ownerInputsAreAssertions',
      name: 'roles on an argument pass',
      find: 'for (const { name } of given)',
      replace: "for (const { name } of given.filter((argument) => argument.name.value !== 'orRoles'))",
    },
  ]),
  ...faultsIn('start/abstractTypesResolve.ts', [
    {
      rule: 'abstractTypesResolve',
      name: 'unions need not tell what their objects are',
      find: '!isAbstractType(type) ||',
      replace: "!isAbstractType(type) || 'getTypes' in type ||",
    },
    {
      rule: 'abstractTypesResolve',
      name: 'only the first member is looked at',
      find: '.find((member) =>',
      replace: '.slice(0, 1)\n      .find((member) =>',
    },
    {
      rule: 'abstractTypesResolve',
      name: 'an owner that an interface names is overlooked',
      find: 'typeRules(context.elements, member).some(',
      replace: '(context.elements.get(member.name)?.rules ?? []).some(',
    },
    {
      rule: 'abstractTypesResolve',
      name: 'an isTypeOf on each member will do',
      find: 'type.resolveType) continue;',
      replace: 'type.resolveType || context.schema.getPossibleTypes(type).every(({ isTypeOf }) => isTypeOf)) continue;',
    },
  ]),
  ...faultsIn('start/entryPointsAreJudged.ts', [
    {
      rule: 'entryPointsAreJudged',
      name: 'a subscription root is known by its name',
      find: 'schema.getSubscriptionType();',
      replace: "[schema.getSubscriptionType()].find((type) => type?.name === 'Subscription');",
    },
    {
      rule: 'entryPointsAreJudged',
      name: '@stream passes',
      find: "['defer', 'stream'] as const",
      replace: "['defer'] as const",
    },
    {
      rule: 'entryPointsAreJudged',
      name: 'federation passes where nothing is asked of the caller',
      find: 'if (query && field)',
      replace: "if (query && field?.astNode?.directives?.some(({ name: word }) => word.value === 'auth'))",
    },
  ]),
  ...faultsIn('check.ts', [
    {
      rule: 'checkSchema',
      name: 'only the first problem is told',
      find: 'throw new AccessPolicyError(problems)',
      replace: 'throw new AccessPolicyError(problems.slice(0, 1))',
    },
    {
      rule: 'checkSchema',
      name: 'a rule is not asked',
      find: '  everyFieldIsJudged,\n  public',
      replace: '  public',
    },
    {
      rule: 'checkSchema',
      name: 'one problem does not keep a server from starting',
      find: 'if (problems.length > 0)',
      replace: 'if (problems.length > 1)',
    },
    {
      rule: 'answerTypes',
      name: 'what only mutations answer is not judged',
      find: 'schema.getMutationType(), ',
      replace: '',
    },
    {
      rule: 'answerTypes',
      name: 'what stands behind an interface or union is not judged',
      find: 'else if (isAbstractType(result)) waiting.push(...schema.getPossibleTypes(result));',
      replace: '',
    },
  ]),
];
