import {
  getNamedType,
  type GraphQLInputType,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isInputObjectType,
  isObjectType,
} from 'graphql';
import type { SchemaElement } from './schema-elements.ts';
import { type AuthRule, isRestrictive, nullsField, type RestrictiveRule, type OwnerRule, type Rule } from './rule.ts';

/** The access policy of a schema: built once at start, used by every request. */
export interface Policy {
  readonly schema: GraphQLSchema;
  /**
   * Returns the rules of `type.field`: the type's AND the field's AND every interface's. All must hold before it runs.
   */
  requirement(type: string, field: string): readonly RestrictiveRule[];
  /** The owner rules of each owned type. An object may be returned only if it satisfies all of them. */
  readonly owners: ReadonlyMap<string, readonly OwnerRule[]>;
  /** The owner rules on single fields, by coordinate. */
  readonly fieldOwners: ReadonlyMap<string, readonly OwnerRule[]>;
  /** The coordinates of the fields with a rule whose refusal makes them null (`onRefusal: NULL`). */
  readonly nullFields: ReadonlySet<string>;
  /** Returns the owner rule of an argument or input field; an interface's rule also applies to implementing types. */
  ownerRuleOn(coordinate: string): OwnerRule | null;
  /** Returns the `@auth` rule of an input field: what giving a value for it requires, null included. */
  authRuleOn(coordinate: string): AuthRule | null;
  /** Whether a value of this type can contain an input field with a rule at any depth. */
  canContainRule(type: GraphQLInputType): boolean;
}

type CompositeType = GraphQLObjectType | GraphQLInterfaceType;

/** Returns the names of a type and of all its interfaces, inherited ones included; the type first. */
function selfAndInterfaces(type: CompositeType): readonly string[] {
  return [type.name, ...type.getInterfaces().map(({ name }) => name)];
}

/** Returns the rules on a type, and the restrictive rules on its interfaces, which restrict the whole type. */
export function typeRules(elements: ReadonlyMap<string, SchemaElement>, type: CompositeType): readonly Rule[] {
  return selfAndInterfaces(type).flatMap((name) =>
    (elements.get(name)?.rules ?? []).filter((rule) => isRestrictive(rule) || name === type.name),
  );
}

/**
 * Returns the rules on a field and on the same field of every interface. A `@public` interface covers the fields that
 * it declares, not the other fields of implementing types.
 */
export function fieldRules(elements: ReadonlyMap<string, SchemaElement>, type: CompositeType, field: string) {
  return selfAndInterfaces(type).flatMap((name): readonly Rule[] => {
    const declared = elements.get(`${name}.${field}`);
    if (declared === undefined) return [];
    const publicRules =
      name === type.name ? [] : (elements.get(name)?.rules.filter((rule) => !isRestrictive(rule)) ?? []);
    return [...declared.rules, ...publicRules];
  });
}

/** Builds the policy from elements that satisfy the schema rules. Rules add up; none replaces another. */
export function buildPolicy(schema: GraphQLSchema, elements: ReadonlyMap<string, SchemaElement>): Policy {
  const requirements = new Map<string, readonly RestrictiveRule[]>();
  const owners = new Map<string, readonly OwnerRule[]>();
  const fieldOwners = new Map<string, readonly OwnerRule[]>();
  const nullFields = new Set<string>();
  const argumentOwners = new Map<string, OwnerRule>();
  const ownerRuleAt = (coordinate: string) =>
    elements.get(coordinate)?.rules.find((rule) => rule.kind === 'owner') ?? null;

  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    const typeRestrictions = typeRules(elements, type).filter(isRestrictive);
    const ownersOfType = typeRestrictions.filter((rule) => rule.kind === 'owner');
    if (ownersOfType.length > 0) owners.set(type.name, ownersOfType);
    for (const [field, { args }] of Object.entries(type.getFields())) {
      const fieldRestrictions = fieldRules(elements, type, field).filter(isRestrictive);
      const coordinate = `${type.name}.${field}`;
      requirements.set(coordinate, [...typeRestrictions, ...fieldRestrictions]);
      const ownersOfField = fieldRestrictions.filter((rule) => rule.kind === 'owner');
      if (ownersOfField.length > 0) fieldOwners.set(coordinate, ownersOfField);
      if (fieldRestrictions.some(nullsField)) nullFields.add(coordinate);
      for (const { name } of args) {
        const [owner] = selfAndInterfaces(type).flatMap(
          (typeName) => ownerRuleAt(`${typeName}.${field}(${name}:)`) ?? [],
        );
        if (owner) argumentOwners.set(`${coordinate}(${name}:)`, owner);
      }
    }
  }

  const ownerRuleOn = (coordinate: string) => argumentOwners.get(coordinate) ?? ownerRuleAt(coordinate);
  const authRuleOn = (coordinate: string) =>
    elements.get(coordinate)?.rules.find((rule) => rule.kind === 'auth') ?? null;
  const inputTypes = inputTypesContainingRules(
    schema,
    (coordinate) => ownerRuleOn(coordinate) !== null || authRuleOn(coordinate) !== null,
  );
  return {
    schema,
    requirement(type, field) {
      const rules = requirements.get(`${type}.${field}`);
      // Deny by default: a field added after `checkSchema` has no rules.
      if (rules === undefined) throw new Error(`No access rules for ${type}.${field}: it was added after checkSchema.`);
      return rules;
    },
    owners,
    fieldOwners,
    nullFields,
    ownerRuleOn,
    authRuleOn,
    canContainRule: (type) => inputTypes.has(getNamedType(type).name),
  };
}

/** Returns the names of the input types that contain a field with a rule at any depth, recursive types included. */
function inputTypesContainingRules(
  schema: GraphQLSchema,
  hasRule: (coordinate: string) => boolean,
): ReadonlySet<string> {
  const inputs = Object.values(schema.getTypeMap()).filter(isInputObjectType);
  const inputTypes = new Set<string>();
  let previousSize: number;
  do {
    previousSize = inputTypes.size;
    for (const type of inputs) {
      const containsRule = Object.values(type.getFields()).some(
        (field) => hasRule(`${type.name}.${field.name}`) || inputTypes.has(getNamedType(field.type).name),
      );
      if (containsRule) inputTypes.add(type.name);
    }
  } while (inputTypes.size > previousSize);
  return inputTypes;
}
