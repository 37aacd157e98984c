import { type Mutant, mutantsIn } from './mutant.ts';

/** Faults in the rules about what the directives of a schema ask, and in `checkSchema`, which asks them all. */
export const SCHEMA_RULE_MUTANTS: readonly Mutant[] = [
  ...mutantsIn('start/conditionsCanBeMet.ts', [
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
  ...mutantsIn('start/ownersAreNamed.ts', [
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
  ...mutantsIn('start/ownerInputsAreAssertions.ts', [
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
      name: 'an owner inside of another default passes',
      find: 'const owner = input && ownerIn(',
      replace: 'const owner = input && !isInputObjectType(getNamedType(input.type)) && ownerIn(',
    },
    {
      rule: 'ownerInputsAreAssertions',
      name: 'any scalar is an owner’s id',
      find: 'type !== GraphQLID && type !== GraphQLString',
      replace: "type !== GraphQLID && 'getFields' in type",
    },
    {
      rule: 'ownerInputsAreAssertions',
      name: 'a default passes where an interface says @owner',
      find: 'const inherited = input?.defaultValue === undefined ?',
      replace: 'const inherited = input?.defaultValue !== null ?',
    },
    {
      rule: 'inheritedOwner',
      name: 'only the first interface speaks for an argument',
      find: '    .getInterfaces()\n',
      replace: '    .getInterfaces()\n    .slice(0, 1)\n',
    },
    {
      rule: 'ownerInputsAreAssertions',
      name: 'roles on an argument pass',
      find: 'for (const { name } of given)',
      replace: "for (const { name } of given.filter((argument) => argument.name.value !== 'orRoles'))",
    },
  ]),
  ...mutantsIn('start/abstractTypesResolve.ts', [
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
  ...mutantsIn('start/entryPointsAreSupported.ts', [
    {
      rule: 'entryPointsAreSupported',
      name: 'a subscription root is known by its name',
      find: 'schema.getSubscriptionType();',
      replace: "[schema.getSubscriptionType()].find((type) => type?.name === 'Subscription');",
    },
    {
      rule: 'entryPointsAreSupported',
      name: '@stream passes',
      find: "['defer', 'stream'] as const",
      replace: "['defer'] as const",
    },
    {
      rule: 'entryPointsAreSupported',
      name: 'federation passes where nothing is asked of the caller',
      find: 'if (query && field)',
      replace: "if (query && field?.astNode?.directives?.some(({ name: word }) => word.value === 'auth'))",
    },
  ]),
  ...mutantsIn('check.ts', [
    {
      rule: 'checkSchema',
      name: 'only the first problem is told',
      find: 'throw new AccessPolicyError(problems)',
      replace: 'throw new AccessPolicyError(problems.slice(0, 1))',
    },
    {
      rule: 'checkSchema',
      name: 'a rule is not asked',
      find: '  everyFieldHasRule,\n  public',
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
      find: 'possibleTypes(schema, getNamedType(field.type))',
      replace: 'possibleTypes(schema, getNamedType(field.type)).filter((one) => one === getNamedType(field.type))',
    },
  ]),
];
