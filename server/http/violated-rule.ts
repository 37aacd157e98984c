import {
  getNamedType,
  type GraphQLInputType,
  type GraphQLOutputType,
  isEnumType,
  isInputObjectType,
  isRequiredInputField,
  isSpecifiedScalarType,
} from 'graphql';
import type { InputRule } from '../errors.ts';

/** The rule of a type that a value violates. */
export interface ViolatedRule {
  readonly rule: InputRule;
  /** The path from the value to the field that is wrong; default: the value itself. */
  readonly inside?: readonly string[];
}

/** Returns the names of the required fields that an input object lacks, in the order of the type. */
export function missingFields(
  type: GraphQLInputType | GraphQLOutputType | null | undefined,
  given: readonly string[],
): readonly string[] {
  const named = getNamedType(type);
  if (!isInputObjectType(named)) return [];
  return Object.values(named.getFields()).flatMap((field) =>
    isRequiredInputField(field) && !given.includes(field.name) ? [field.name] : [],
  );
}

/** Returns the rule that a value violates which is neither null nor an object with a wrong set of fields. */
export function leafRule(
  type: GraphQLInputType | null | undefined,
  isText: boolean,
  isObject: boolean,
): 'type' | 'enum' | 'format' | 'oneOf' {
  const named = getNamedType(type);
  if (isInputObjectType(named) && isObject) return 'oneOf';
  if (isEnumType(named)) return 'enum';
  // A scalar of ours, such as DateTime, reads a text of a certain form.
  return isText && named != null && !isInputObjectType(named) && !isSpecifiedScalarType(named) ? 'format' : 'type';
}
