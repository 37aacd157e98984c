import { type Mutant, mutantsIn } from './mutant.ts';

/** Faults in the rules about what the directives of a schema are, and what they cover. */
export const COVERAGE_MUTANTS: readonly Mutant[] = [
  ...mutantsIn('start/policyDirectivesAreDefined.ts', [
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
  ...mutantsIn('start/onlyKnownDirectives.ts', [
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
  ...mutantsIn('start/valuesAreReadable.ts', [
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
  ...mutantsIn('start/oneApplicationEach.ts', [
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
  ...mutantsIn('start/everyFieldHasRule.ts', [
    {
      rule: 'everyFieldHasRule',
      name: 'only the first field of a type is looked at',
      find: 'Object.values(type.getFields())',
      replace: 'Object.values(type.getFields()).slice(0, 1)',
    },
    {
      rule: 'everyFieldHasRule',
      name: 'any directive covers',
      find: '?.unreadable.length',
      replace: '?.directives.length',
    },
    {
      rule: 'everyFieldHasRule',
      name: 'interface rules ignored: of a field',
      find: 'fieldRules(context.elements, type, field.name).length > 0',
      replace: '(context.elements.get(`${type.name}.${field.name}`)?.rules ?? []).length > 0',
    },
    {
      rule: 'everyFieldHasRule',
      name: 'one covered field covers its neighbours',
      find: 'if (fieldRules(context.elements, type, field.name).length > 0) continue;',
      replace:
        'if (Object.keys(type.getFields()).some((name) => fieldRules(context.elements, type, name).length > 0)) continue;',
    },
  ]),
  ...mutantsIn('start/publicIsAllOrNothing.ts', [
    {
      rule: 'publicIsAllOrNothing',
      name: 'a blank is a reason',
      find: '!isInWords(rule.reason)',
      replace: "rule.reason === ''",
    },
    {
      rule: 'closingRule',
      name: 'what its type closes is not noticed',
      find: '        ...typeRules(context.elements, covered),\n',
      replace: '',
    },
    {
      rule: 'closingRule',
      name: 'an interface that no type implements is not looked at',
      find: 'return [type, ...possibleTypes(context.schema, type)]',
      replace: 'return possibleTypes(context.schema, type)',
    },
    {
      rule: 'closingRule',
      name: 'of the types behind an interface only the first counts',
      find: '...possibleTypes(context.schema, type)]',
      replace: '...possibleTypes(context.schema, type).slice(0, 1)]',
    },
    {
      rule: 'closingRule',
      name: 'behind an interface only an owner closes',
      find: '.find(closes);\n  }',
      replace: ".find((rule) => closes(rule) && (isObjectType(type) || rule.kind === 'owner'));\n  }",
    },
    {
      rule: 'closingRule',
      name: 'what a field behind an interface asks is not noticed',
      find: '...(fieldName === undefined ? [] :',
      replace: '...(fieldName === undefined || covered !== type ? [] :',
    },
    {
      rule: 'publicIsAllOrNothing',
      name: 'it may lead to what is owned behind an interface',
      find: 'const behind = possibleTypes(',
      replace: 'const behind = isInterfaceType(getNamedType(field.type)) ? [] : possibleTypes(',
    },
    {
      rule: 'publicIsAllOrNothing',
      name: 'it may lead to what is owned',
      find: 'if (opening === undefined || owned === undefined || rules.some(closes)) continue;',
      replace: 'continue;',
    },
    {
      rule: 'isInWords',
      name: 'characters that nobody sees are a reason',
      find: ".test(reason.replaceAll(/\\p{Default_Ignorable_Code_Point}/gu, ''))",
      replace: '.test(reason)',
    },
    {
      rule: 'isInWords',
      name: 'a mark is a reason',
      find: '[\\p{L}\\p{N}]',
      replace: '\\S',
    },
  ]),
  ...mutantsIn('start/rolesAreEnumValues.ts', [
    {
      rule: 'rolesAreEnumValues',
      name: 'a scalar passes for the roles',
      find: 'if (!isEnumType(role)) {',
      replace: 'if (isScalarType(role)) return;\n  if (!isEnumType(role)) {',
    },
    {
      rule: 'rolesAreEnumValues',
      name: 'only the first role is looked at',
      find: 'role.getValues()) {',
      replace: 'role.getValues().slice(0, 1)) {',
    },
    {
      rule: 'rolesAreEnumValues',
      name: 'internal values that are words pass',
      find: 'if (value.value === value.name && read === value.name) continue;',
      replace: "if (typeof value.value === 'string' && typeof read === 'string') continue;",
    },
    {
      rule: 'rolesAreEnumValues',
      name: 'how names are read is not asked',
      find: ' && read === value.name',
      replace: '',
    },
  ]),
];
