import {
  getNamedType,
  GraphQLID,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  GraphQLString,
  isInputObjectType,
  isScalarType,
  isSpecifiedScalarType,
} from 'graphql';
import { responseTypes } from '../check-schema.ts';
import type { Policy } from '../policy.ts';
import { possibleTypes } from '../possible-types.ts';
import { ANYONE, NOBODY, requirementOf, type Requirement } from './requirement.ts';

/**
 * Something that a request can get or do, with what it requires:
 * - `field`: the value of a field, on an object type that a response can contain
 * - `object`: an object of an owned type, of which a request may select `__typename` alone
 * - `result`: an object of one type from a field
 * - `input`: another user's id in an argument or input field
 * - `value`: a value in an input field
 */
export interface AccessPoint {
  readonly kind: 'field' | 'object' | 'result' | 'input' | 'value';
  readonly coordinate: string;
  /** The type of `result`; null for the other kinds. */
  readonly member: string | null;
  readonly requirement: Requirement;
  /**
   * The type of `input`; null for the other kinds. `text` is String or a scalar such as UUID: with `@owner` it holds an id;
   * without, it usually holds none, so that only adding or removing `@owner` is a change of access, also if the type changes.
   */
  readonly holds: 'ID' | 'text' | 'other' | null;
}

/** Returns the access points of a schema by a key that is the same in each of its versions. */
export function accessPoints(policy: Policy): ReadonlyMap<string, AccessPoint> {
  const points = new Map<string, AccessPoint>();
  const add = (
    kind: AccessPoint['kind'],
    coordinate: string,
    requirement: Requirement,
    { member = null, holds = null }: Partial<Pick<AccessPoint, 'member' | 'holds'>> = {},
  ) => points.set(`${kind} ${coordinate} ${member ?? ''}`, { kind, coordinate, requirement, member, holds });

  for (const type of responseTypes(policy.schema)) {
    // Rules on conditions of the caller do not protect `__typename`; the guard checks the owner of every object.
    add('object', type.name, requirementOf(policy.owners.get(type.name) ?? []));
    addFields(type);
  }
  for (const type of Object.values(policy.schema.getTypeMap()).filter(isInputObjectType))
    for (const field of Object.values(type.getFields())) {
      const coordinate = `${type.name}.${field.name}`;
      const rule = policy.authRuleOn(coordinate);
      add('value', coordinate, requirementOf(rule === null ? [] : [rule]));
      addInput(coordinate, field.type);
    }
  return points;

  function addFields(type: GraphQLObjectType): void {
    for (const field of Object.values(type.getFields())) {
      const coordinate = `${type.name}.${field.name}`;
      add('field', coordinate, requirementOf(policy.requirement(type.name, field.name)));
      for (const { name } of possibleTypes(policy.schema, getNamedType(field.type)))
        add('result', coordinate, ANYONE, { member: name });
      for (const argument of field.args) addInput(`${coordinate}(${argument.name}:)`, argument.type);
    }
  }

  function addInput(coordinate: string, type: GraphQLInputType): void {
    const requirement = policy.ownerRuleOn(coordinate) === null ? ANYONE : NOBODY;
    add('input', coordinate, requirement, { holds: heldBy(getNamedType(type)) });
  }
}

function heldBy(type: GraphQLNamedType): AccessPoint['holds'] {
  if (type === GraphQLID) return 'ID';
  return type === GraphQLString || (isScalarType(type) && !isSpecifiedScalarType(type)) ? 'text' : 'other';
}

/** Returns the names of the types that have access points: object types in responses, and input types. */
export function typesWithPoints({ schema }: Policy): ReadonlySet<string> {
  const inputs = Object.values(schema.getTypeMap()).filter(isInputObjectType);
  return new Set([...responseTypes(schema), ...inputs].map(({ name }) => name));
}
