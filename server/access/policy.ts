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
import { isRestrictive, type RestrictiveRule, type OwnerRule, type Rule } from './rule.ts';

/** What the schema says of who may reach what: read once at start, asked on every request. */
export interface Policy {
  readonly schema: GraphQLSchema;
  /** Everything that has to hold before `type.field` may run: the type's rules AND the field's AND every interface's. */
  requirement(type: string, field: string): readonly RestrictiveRule[];
  /** For each type with an owner: all the rules that name one. An object leaves only if every one of them holds. */
  readonly owners: ReadonlyMap<string, readonly OwnerRule[]>;
  /** For each field with an owner of its own, by coordinate. */
  readonly fieldOwners: ReadonlyMap<string, readonly OwnerRule[]>;
  /** The owner rule on an argument or input field, by coordinate: an interface's argument speaks for each type's. */
  ownerRuleOn(coordinate: string): OwnerRule | null;
  /** Whether values of this type can hold an owner's id somewhere inside: an input object with an `@owner` field. */
  canContainOwner(type: GraphQLInputType): boolean;
}

/** What has fields that an answer can hold. */
type CompositeType = GraphQLObjectType | GraphQLInterfaceType;

/** The type and the interfaces it implements, theirs included, the type first. */
function selfAndInterfaces(type: CompositeType): readonly string[] {
  return [type.name, ...type.getInterfaces().map(({ name }) => name)];
}

/** The rules that stand on a type itself, and those of its interfaces that close: an interface closes the whole type. */
export function typeRules(elements: ReadonlyMap<string, SchemaElement>, type: CompositeType): readonly Rule[] {
  return selfAndInterfaces(type).flatMap((name) =>
    (elements.get(name)?.rules ?? []).filter((rule) => isRestrictive(rule) || name === type.name),
  );
}

/**
 * The rules that stand on a field itself, and on the same field of every interface. A public interface opens its own
 * fields here, and no others of the types that implement it.
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

/**
 * Puts the elements' rules together. The elements are taken as sound: `checkSchema` judges them first.
 * Rules add up and never replace each other.
 */
export function buildPolicy(schema: GraphQLSchema, elements: ReadonlyMap<string, SchemaElement>): Policy {
  const requirements = new Map<string, readonly RestrictiveRule[]>();
  const owners = new Map<string, readonly OwnerRule[]>();
  const fieldOwners = new Map<string, readonly OwnerRule[]>();
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
      for (const { name } of args) {
        const [owner] = selfAndInterfaces(type).flatMap(
          (typeName) => ownerRuleAt(`${typeName}.${field}(${name}:)`) ?? [],
        );
        if (owner) argumentOwners.set(`${coordinate}(${name}:)`, owner);
      }
    }
  }

  const ownerRuleOn = (coordinate: string) => argumentOwners.get(coordinate) ?? ownerRuleAt(coordinate);
  const ownerInputTypes = inputTypesContainingOwners(schema, ownerRuleOn);
  return {
    schema,
    requirement(type, field) {
      const rules = requirements.get(`${type}.${field}`);
      // Deny by default: a field that was not there at the start has nobody's judgement.
      if (rules === undefined) throw new Error(`${type}.${field} was never judged.`);
      return rules;
    },
    owners,
    fieldOwners,
    ownerRuleOn,
    canContainOwner: (type) => ownerInputTypes.has(getNamedType(type).name),
  };
}

/** The input types in which an `@owner` field can be reached, through however many others, recursive ones too. */
function inputTypesContainingOwners(schema: GraphQLSchema, ownerRuleOn: Policy['ownerRuleOn']): ReadonlySet<string> {
  const inputs = Object.values(schema.getTypeMap()).filter(isInputObjectType);
  const ownerInputTypes = new Set<string>();
  let before: number;
  do {
    before = ownerInputTypes.size;
    for (const type of inputs) {
      const holds = Object.values(type.getFields()).some(
        (field) =>
          ownerRuleOn(`${type.name}.${field.name}`) !== null || ownerInputTypes.has(getNamedType(field.type).name),
      );
      if (holds) ownerInputTypes.add(type.name);
    }
  } while (ownerInputTypes.size > before);
  return ownerInputTypes;
}
