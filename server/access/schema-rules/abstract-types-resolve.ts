import { isAbstractType } from 'graphql';
import { typeRules } from '../policy.ts';
import { locationOf } from '../schema-problem.ts';
import { createReporter, type SchemaRule } from './schema-rule.ts';

/**
 * An interface or union with owned types has a `resolveType`, which the guard needs to know the type of each object.
 */
export const abstractTypesResolve: SchemaRule = (context) => {
  const report = createReporter(context, abstractTypesResolve);
  for (const type of Object.values(context.schema.getTypeMap())) {
    if (!isAbstractType(type) || type.resolveType) continue;
    const owned = context.schema
      .getPossibleTypes(type)
      .find((member) => typeRules(context.elements, member).some(({ kind }) => kind === 'owner'));
    if (owned === undefined) continue;
    const at = { coordinate: type.name, location: locationOf(type.astNode) };
    report(at, `can be a ${owned.name}, which has an owner, but has no resolveType`, `add resolveType to ${type.name}`);
  }
};
