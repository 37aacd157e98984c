import { type Mutant, mutantsIn } from './mutant.ts';

/** Faults in putting the rules together. */
export const POLICY_MUTANTS: readonly Mutant[] = mutantsIn('policy.ts', [
  {
    rule: 'lineage',
    name: 'interface rules ignored',
    find: '[type.name, ...type.getInterfaces().map(({ name }) => name)]',
    replace: '[type.name]',
  },
  {
    rule: 'lineage',
    name: 'of several interfaces only the first speaks',
    find: '...type.getInterfaces().map(',
    replace: '...type.getInterfaces().slice(0, 1).map(',
  },
  {
    rule: 'typeRules',
    name: 'an interface’s rules on itself ignored, those on its fields kept',
    find: 'closes(rule) || name === type.name',
    replace: 'name === type.name',
  },
  {
    rule: 'typeRules',
    name: 'a public interface opens the whole type',
    find: 'closes(rule) || name === type.name',
    replace: 'closes(rule) || name !== ""',
    killedBy: 'start/everyFieldHasRule.test.ts',
  },
  {
    rule: 'fieldRules',
    name: 'the rules of the same field in an interface ignored',
    find: 'return [...declared.rules, ...opening];',
    replace: 'return name === type.name ? declared.rules : opening;',
  },
  {
    rule: 'fieldRules',
    name: 'a public interface opens nothing, not even its own fields',
    find: 'return [...declared.rules, ...opening];',
    replace: 'return declared.rules;',
    killedBy: 'start/everyFieldHasRule.test.ts',
  },
  {
    rule: 'buildPolicy',
    name: 'the field’s rule replaces the type’s',
    find: '[...onType, ...onField]);',
    replace: 'onField.length > 0 ? onField : onType);',
  },
  {
    rule: 'buildPolicy',
    name: 'the type’s rule replaces the field’s',
    find: '[...onType, ...onField]);',
    replace: 'onType.length > 0 ? onType : onField);',
  },
  {
    rule: 'buildPolicy',
    name: 'a field that was never judged asks nothing',
    find: 'if (rules === undefined) throw',
    replace: 'if (rules === undefined) return [];\n      if (rules === undefined) throw',
  },
  {
    rule: 'buildPolicy',
    name: 'of several owners of a type only the first counts',
    find: 'owners.set(type.name, ownersOfType)',
    replace: 'owners.set(type.name, ownersOfType.slice(0, 1))',
  },
  {
    rule: 'buildPolicy',
    name: 'an interface’s @owner on an argument is ignored',
    find: 'lineage(type).flatMap((place) => statedOn(',
    replace: '[type.name].flatMap((place) => statedOn(',
  },
  {
    rule: 'holdersOfOwners',
    name: 'input objects are looked into one level deep',
    find: '} while (holders.size > before);',
    replace: '} while (holders.size < 0);',
  },
  {
    rule: 'holdersOfOwners',
    name: 'an input object in an input object holds no owner',
    find: ' || holders.has(getNamedType(field.type).name)',
    replace: '',
  },
]);
