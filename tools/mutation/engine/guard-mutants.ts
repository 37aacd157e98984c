import { type Mutant, mutantsIn } from './mutant.ts';

/** Faults in what looks at the objects on their way out. */
export const GUARD_MUTANTS: readonly Mutant[] = mutantsIn('guard.ts', [
  {
    rule: 'guardSchema',
    name: 'the alarm rings and the object leaves',
    find: '      throw breach;\n',
    replace: '',
  },
  {
    rule: 'guardSchema',
    name: 'the object is stopped and no alarm rings',
    find: 'onBreach(breach, context);',
    replace: '',
  },
  {
    rule: 'guardSchema',
    name: 'an alarm that fails takes the breach’s place',
    find: 'breach.cause = error;',
    replace: 'throw error;',
  },
  {
    rule: 'guardSchema',
    name: 'only a field of exactly the owned type is guarded, no list of it',
    find: 'admit.get(getNamedType(field.type).name)',
    replace: 'admit.get(String(field.type))',
  },
  {
    rule: 'guardSchema',
    name: 'a field without a resolver of its own is not guarded',
    find: 'if (screenOwned) {',
    replace: 'if (screenOwned && field.resolve) {',
  },
  {
    rule: 'screened',
    name: 'promise taken for true: what is awaited is not looked at',
    find: 'if (isPromise(value)) {',
    replace: 'if (isPromise(value)) return value;\n    if (isPromise(value)) {',
  },
  {
    rule: 'screened',
    name: 'only the first of a list is looked at',
    find: 'index < items.length;',
    replace: 'index < Math.min(1, items.length);',
  },
  {
    rule: 'screened',
    name: 'what was looked at is not what leaves',
    find: '      return items;',
    replace: '      return value;',
  },
  {
    rule: 'listsAround',
    name: 'lists of lists are not looked into',
    find: '1 + listsAround(type.ofType)',
    replace: '1',
  },
  {
    rule: 'listsAround',
    name: 'a list that must not be null is taken for an object',
    find: 'isNonNullType(type) ? listsAround(type.ofType) : 0',
    replace: '0',
  },
  {
    rule: 'guardAbstractType',
    name: 'promise taken for true: a type that is told later is not looked at',
    find: 'isPromise(name) ? name.then(look) : look(name)',
    replace: 'isPromise(name) ? name : look(name)',
  },
  {
    rule: 'guardAbstractType',
    name: 'members of interfaces and unions are not looked at',
    find: 'if (isAbstractType(type)) guardAbstractType(type, admit);',
    replace: '',
  },
  {
    rule: 'reserved',
    name: 'a field with an owner of its own is answered to others',
    find: 'isOwnedBy(rules, source, viewerOf(context)) ? resolve',
    replace: 'isOwnedBy(rules, source, viewerOf(context)) || viewerOf(context) ? resolve',
  },
  {
    rule: 'reserved',
    name: 'its resolver runs before it is asked whose it is',
    find: 'isOwnedBy(rules, source, viewerOf(context)) ? resolve',
    replace: 'resolve(source, args, context, info) && isOwnedBy(rules, source, viewerOf(context)) ? resolve',
  },
  {
    rule: 'isOwnedBy',
    name: 'one owner of several is enough',
    find: 'rules.every(',
    replace: 'rules.some(',
  },
  {
    rule: 'isOwnedBy',
    name: 'empty list passes: every role of none is there',
    find: 'orRoles.some(',
    replace: 'orRoles.every(',
  },
  {
    rule: 'isOwnedBy',
    name: 'null equals null',
    find: 'property(value, field) === viewer.userId ||',
    replace: '(property(value, field) ?? viewer.userId) === viewer.userId ||',
  },
  {
    rule: 'isOwnedBy',
    name: 'promise taken for true: an owner who is told later is the viewer',
    find: 'property(value, field) === viewer.userId ||',
    replace: 'isPromise(property(value, field)) || property(value, field) === viewer.userId ||',
  },
  {
    rule: 'isPromise',
    name: 'only a Promise of this realm is awaited',
    find: "typeof (value as { then?: unknown } | null | undefined)?.then === 'function'",
    replace: 'value instanceof Promise',
  },
  {
    rule: 'isPromise',
    name: 'a function is not awaited',
    find: "return typeof (value as { then?: unknown } | null | undefined)?.then === 'function'",
    replace:
      "return typeof value === 'object' && typeof (value as { then?: unknown } | null | undefined)?.then === 'function'",
  },
  {
    rule: 'isIterable',
    name: 'only arrays are lists',
    find: "typeof value === 'object' && value !== null && Symbol.iterator in value",
    replace: 'Array.isArray(value)',
  },
  {
    rule: 'ownerOf',
    name: 'the alarm does not say whose it was',
    find: "typeof owner === 'string' ? owner : null",
    replace: 'null',
  },
]);
