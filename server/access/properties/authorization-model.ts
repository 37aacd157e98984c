import type { FieldNode, SelectionSetNode } from 'graphql';
import type { AccessViewer } from '../access-viewer.ts';
import { type Coerced, coerceInput, coerceJson, CoercionError } from './coercion.ts';
import { objectTypesOf, fieldsOn, typeNamed, type OperationWalk } from './collect-fields.ts';
import {
  type FieldSpec,
  type InputSpec,
  type Json,
  namedTypeIn,
  type RuleSpec,
  type SchemaSpec,
  type TypeSpec,
} from './schema-spec.ts';
import { constantToJson } from './constant.ts';

/** The decision of the model. */
export type ExpectedDecision =
  | { readonly kind: 'invalid' }
  /** `nulled`: the fields that are null, by coordinate, each with its reason. */
  | { readonly kind: 'allowed'; readonly nulled: ReadonlyMap<string, string> }
  | { readonly kind: 'refused'; readonly reason: string; readonly coordinates: ReadonlySet<string> };

interface SelectedField {
  readonly type: TypeSpec;
  readonly field: FieldSpec;
  readonly node: FieldNode;
}

/**
 * Decides on a request in the simplest way, without regard to speed: walks every object type that each field can return
 * and compares every rule with the viewer. Shares no code with the engine.
 */
export function expectedDecision(walk: OperationWalk, viewer: AccessViewer | null, now: number): ExpectedDecision {
  const { spec, operation } = walk;
  const root = typeNamed(spec, operation.operation === 'query' ? 'Query' : 'Mutation');
  const isNulling = (rule: RuleSpec) => operation.operation === 'query' && rule.onRefusal === 'NULL';
  /** Why a field is null; undefined if it is not. */
  const nullReason = (type: TypeSpec, field: FieldSpec) => {
    const rules = rulesOn(spec, type, field.name).filter(isNulling);
    return REASONS.find((reason) => rules.some((rule) => reasonOf(rule, viewer, now) === reason));
  };
  // Values are looked at everywhere, rules only where fields run.
  const fields = collectFields(walk, root, operation.selectionSet, () => true);
  const running = collectFields(
    walk,
    root,
    operation.selectionSet,
    (type, field) => nullReason(type, field) === undefined,
  );
  const nulled = new Map(
    running.flatMap(({ type, field, node }) => {
      const reason = nullReason(type, field);
      return reason === undefined ? [] : [[coordinateOf({ type, field, node }), reason] as const];
    }),
  );

  const refusedFields = (reason: string) =>
    running
      .filter(({ type, field }) =>
        rulesOn(spec, type, field.name).some((rule) => !isNulling(rule) && reasonOf(rule, viewer, now) === reason),
      )
      .map(coordinateOf);
  // Before any value is looked at.
  for (const reason of ['UNAUTHENTICATED', 'FORBIDDEN']) {
    const coordinates = new Set(refusedFields(reason));
    if (coordinates.size > 0) return { kind: 'refused', reason, coordinates };
  }
  const values = refusedValues(walk, fields, viewer, now);
  const ofValues = values === 'invalid' ? [] : values;
  for (const reason of REASONS) {
    const refused = ofValues.filter((each) => each.reason === reason).map(({ coordinate }) => coordinate);
    const coordinates = new Set([...refusedFields(reason), ...refused]);
    if (coordinates.size > 0) return { kind: 'refused', reason, coordinates };
  }
  return values === 'invalid' ? { kind: 'invalid' } : { kind: 'allowed', nulled };
}

const REASONS = ['UNAUTHENTICATED', 'FORBIDDEN', 'EMAIL_NOT_VERIFIED', 'STEP_UP_REQUIRED'] as const;

/** Returns why a rule refuses a viewer, the gravest reason first; null if it does not. */
export function reasonOf(rule: RuleSpec, viewer: AccessViewer | null, now: number): string | null {
  if (rule.directive === 'public') return null;
  if (viewer === null) return 'UNAUTHENTICATED';
  if (rule.roles?.every((role) => !viewer.roles.includes(role))) return 'FORBIDDEN';
  if (rule.scopes?.every((all) => all.some((scope) => !(viewer.scopes ?? []).includes(scope)))) return 'FORBIDDEN';
  if (rule.emailVerified === true && !viewer.emailVerified) return 'EMAIL_NOT_VERIFIED';
  return rule.maxAge !== undefined && now - viewer.authTime > rule.maxAge ? 'STEP_UP_REQUIRED' : null;
}

/** @param isEntered whether the fields below a field are collected */
function collectFields(
  walk: OperationWalk,
  type: TypeSpec,
  selectionSet: SelectionSetNode,
  isEntered: (type: TypeSpec, field: FieldSpec) => boolean,
): readonly SelectedField[] {
  return fieldsOn(walk, type, selectionSet).flatMap((node) => {
    const field = type.fields.find(({ name }) => name === node.name.value);
    if (field === undefined) return [];
    const { selectionSet: inner } = node;
    const below =
      inner && isEntered(type, field)
        ? objectTypesOf(walk.spec, field.type).flatMap((child) => collectFields(walk, child, inner, isEntered))
        : [];
    return [{ type, field, node }, ...below];
  });
}

function coordinateOf({ type, field }: SelectedField): string {
  return `${type.name}.${field.name}`;
}

/** Returns the rules of a field: on its type, on itself, and on both in every interface. */
export function rulesOn(spec: SchemaSpec, type: TypeSpec, field: string): readonly RuleSpec[] {
  return [type, ...type.interfaces.map((name) => typeNamed(spec, name))].flatMap((typeSpec) => [
    ...typeSpec.rules,
    ...typeSpec.fields.filter(({ name }) => name === field).flatMap(({ rules }) => rules),
  ]);
}

/** Returns the owner rules of an object type. */
export function ownersOfType(spec: SchemaSpec, name: string): readonly RuleSpec[] {
  const type = typeNamed(spec, name);
  const typeSpecs = [type, ...type.interfaces.map((parent) => typeNamed(spec, parent))];
  return typeSpecs.flatMap(({ rules }) => rules).filter(({ directive }) => directive === 'owner');
}

/** Returns the owner rules on a field that its type does not have. */
export function ownersOfField(spec: SchemaSpec, type: TypeSpec, field: string): readonly RuleSpec[] {
  const ofType = new Set(ownersOfType(spec, type.name));
  return rulesOn(spec, type, field).filter((rule) => rule.directive === 'owner' && !ofType.has(rule));
}

/** Returns the coordinates of the fields that a response can contain and that have no rule. */
export function uncovered(spec: SchemaSpec): ReadonlySet<string> {
  const found = new Set<TypeSpec>();
  const visit = (type: TypeSpec): void => {
    if (found.has(type)) return;
    found.add(type);
    for (const field of type.fields) objectTypesOf(spec, field.type).forEach(visit);
  };
  visit(typeNamed(spec, 'Query'));
  visit(typeNamed(spec, 'Mutation'));
  return new Set(
    [...found].flatMap((type) => type.fields.filter(isUncovered(spec, type)).map(({ name }) => `${type.name}.${name}`)),
  );
}

function isUncovered(spec: SchemaSpec, type: TypeSpec) {
  return (field: FieldSpec): boolean => {
    const interfaces = type.interfaces.map((name) => typeNamed(spec, name));
    const declaring = interfaces.filter(({ fields }) => fields.some(({ name }) => name === field.name));
    // A restrictive interface covers the whole type; a public one only the fields that it declares.
    const inheritedRules = interfaces.flatMap(({ rules }) => rules.filter(({ directive }) => directive !== 'public'));
    const declaredRules = declaring.flatMap(({ rules, fields }) => [
      ...rules,
      ...fields.filter(({ name }) => name === field.name).flatMap((twin) => twin.rules),
    ]);
    return [...type.rules, ...field.rules, ...inheritedRules, ...declaredRules].length === 0;
  };
}

interface RefusedValue {
  readonly coordinate: string;
  readonly reason: string;
}

/** Returns the values that are refused, each coordinate with its gravest reason. */
function refusedValues(
  walk: OperationWalk,
  fields: readonly SelectedField[],
  viewer: AccessViewer | null,
  now: number,
): readonly RefusedValue[] | 'invalid' {
  try {
    const variables = coerceVariables(walk);
    const found = fields.flatMap((selected) => refusedInputs(walk.spec, selected, variables, viewer, now));
    const isGravest = ({ coordinate, reason }: RefusedValue) =>
      REASONS.find((each) => found.some((other) => other.coordinate === coordinate && other.reason === each)) ===
      reason;
    return found.filter(isGravest);
  } catch (error) {
    if (error instanceof CoercionError) return 'invalid';
    throw error;
  }
}

function coerceVariables({ spec, operation, variables }: OperationWalk): Coerced {
  const coerced = new Map<string, Json>();
  for (const { variable, type, defaultValue } of operation.variableDefinitions ?? []) {
    const name = variable.name.value;
    const written = type.loc?.source.body.slice(type.loc.start, type.loc.end) ?? '';
    if (Object.hasOwn(variables, name)) coerced.set(name, coerceJson(spec, written, variables[name]));
    else if (defaultValue) coerced.set(name, coerceJson(spec, written, constantToJson(defaultValue)));
    else if (written.endsWith('!')) throw new CoercionError(`$${name} is missing`);
  }
  return coerced;
}

function refusedInputs(
  spec: SchemaSpec,
  { type, field, node }: SelectedField,
  variables: Coerced,
  viewer: AccessViewer | null,
  now: number,
): readonly RefusedValue[] {
  const typeSpecs = [type, ...type.interfaces.map((name) => typeNamed(spec, name))];
  // An interface's `@owner` on an argument applies to implementing types.
  const inputs = field.args.map((input) => {
    const at = typeSpecs.find(({ fields }) =>
      fields.some(
        ({ name, args }) => name === field.name && args.some((twin) => twin.name === input.name && twin.owner),
      ),
    );
    return {
      input: { ...input, owner: at !== undefined },
      coordinate: `${at?.name ?? ''}.${field.name}(${input.name}:)`,
    };
  });
  // Values are checked before execution only if an argument can contain an owner or an input field with a rule.
  if (!inputs.some(({ input }) => input.owner || canContainRule(spec, namedTypeIn(input.type), []))) return [];
  const userId = viewer?.userId ?? null;
  const found: RefusedValue[] = [];
  for (const { input, coordinate } of inputs) {
    const written = node.arguments?.find(({ name }) => name.value === input.name)?.value;
    inspectInput(input, coerceInput(spec, input, written, variables), coordinate);
  }
  return found;

  function inspectInput(input: InputSpec, value: Json | undefined, coordinate: string): void {
    if (value === null || value === undefined) return;
    const items = flatten(value);
    if (input.owner && items.some((id) => id === null || id !== userId))
      found.push({ coordinate, reason: 'FORBIDDEN' });
    const fields = spec.inputs.find(({ name }) => name === namedTypeIn(input.type));
    for (const item of items) {
      if (!fields || typeof item !== 'object' || item === null) continue;
      const members = item as { readonly [key: string]: Json };
      for (const inner of fields.fields) {
        if (!Object.hasOwn(members, inner.name)) continue;
        const at = `${fields.name}.${inner.name}`;
        const reason = inner.auth ? reasonOf(inner.auth, viewer, now) : null;
        if (reason !== null) found.push({ coordinate: at, reason });
        inspectInput(inner, members[inner.name], at);
      }
    }
  }
}

function canContainRule(spec: SchemaSpec, name: string, seen: readonly string[]): boolean {
  const input = spec.inputs.find((candidate) => candidate.name === name);
  if (input === undefined || seen.includes(name)) return false;
  return input.fields.some(
    (field) =>
      field.owner || field.auth !== undefined || canContainRule(spec, namedTypeIn(field.type), [...seen, name]),
  );
}

function flatten(value: Json): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]).flatMap(flatten) : [value];
}
