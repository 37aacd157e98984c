import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type InputValueDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type TypeNode,
  type ValueNode,
} from 'graphql';

/** The viewer's properties that the policy uses; null without a token. */
export interface Caller {
  readonly userId: string;
  readonly roles: readonly string[];
  readonly emailVerified: boolean;
  /** Seconds since the last full sign-in. */
  readonly age: number;
}

/** Why a request is refused. */
export type Refusal = 'UNAUTHENTICATED' | 'FORBIDDEN' | 'EMAIL_NOT_VERIFIED' | 'STEP_UP_REQUIRED';

type Variables = Readonly<Record<string, unknown>>;

interface Scope {
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly variableValues: Variables;
  readonly isCoercible: boolean;
  readonly caller: Caller | null;
}

interface FieldPolicy {
  readonly type: string;
  readonly args: readonly InputValueDefinitionNode[];
  readonly directives: readonly ConstDirectiveNode[];
}

/**
 * The access policy, read directly from the SDL text, without the engine and without a schema object. It supports object
 * types and input objects, which is all the contract has; it throws on anything else.
 */
export class ReferencePolicy {
  readonly #fields = new Map<string, FieldPolicy>();
  readonly #inputs = new Map<string, readonly InputValueDefinitionNode[]>();

  constructor(sdl: DocumentNode) {
    const ofType = new Map<string, ConstDirectiveNode[]>();
    for (const node of sdl.definitions) {
      if (node.kind === Kind.INTERFACE_TYPE_DEFINITION || node.kind === Kind.UNION_TYPE_DEFINITION)
        throw new Error(`The reference policy does not support abstract types: add ${node.name.value}.`);
      if (node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.OBJECT_TYPE_EXTENSION)
        ofType.set(node.name.value, [...(ofType.get(node.name.value) ?? []), ...(node.directives ?? [])]);
      if (node.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION) this.#inputs.set(node.name.value, node.fields ?? []);
    }
    for (const node of sdl.definitions) {
      if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.OBJECT_TYPE_EXTENSION) continue;
      for (const field of node.fields ?? [])
        this.#fields.set(`${node.name.value}.${field.name.value}`, {
          type: namedType(field.type),
          args: field.arguments ?? [],
          directives: [...(ofType.get(node.name.value) ?? []), ...(field.directives ?? [])],
        });
    }
  }

  /**
   * Returns the reason for which a request is refused, or null. Of several reasons, the first of: no token,
   * forbidden, e-mail not verified, sign-in too old.
   * @param variables as sent
   * @param isCoercible false if a variable is not of its type: then arguments are not checked
   */
  refusalFor(
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Variables,
    isCoercible: boolean,
    caller: Caller | null,
  ): Refusal | null {
    const fragments = new Map(
      document.definitions.flatMap((node) =>
        node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [],
      ),
    );
    const variableValues = { ...defaultsOf(operation), ...variables };
    const root = operation.operation === 'query' ? 'Query' : 'Mutation';
    const refusals = new Set(
      this.#refusals(operation.selectionSet, root, { fragments, variableValues, isCoercible, caller }),
    );
    const order: readonly Refusal[] = ['UNAUTHENTICATED', 'FORBIDDEN', 'EMAIL_NOT_VERIFIED', 'STEP_UP_REQUIRED'];
    return order.find((reason) => refusals.has(reason)) ?? null;
  }

  *#refusals(selectionSet: SelectionSetNode, type: string, scope: Scope): Generator<Refusal> {
    const { fragments, variableValues, isCoercible, caller } = scope;
    for (const node of selectionSet.selections) {
      if (!isIncluded(node.directives ?? [], variableValues)) continue;
      if (node.kind !== Kind.FIELD) {
        const inner = node.kind === Kind.INLINE_FRAGMENT ? node : fragments.get(node.name.value);
        if (inner) yield* this.#refusals(inner.selectionSet, type, scope);
      } else if (!node.name.value.startsWith('__')) {
        const field = this.#fields.get(`${type}.${node.name.value}`);
        if (field === undefined) continue;
        for (const directive of field.directives) yield* violations(directive, caller);
        if (isCoercible && this.#namesAnotherUser(field, node, variableValues, caller))
          yield caller ? 'FORBIDDEN' : 'UNAUTHENTICATED';
        if (node.selectionSet) yield* this.#refusals(node.selectionSet, field.type, scope);
      }
    }
  }

  #namesAnotherUser({ args }: FieldPolicy, node: FieldNode, variableValues: Variables, caller: Caller | null): boolean {
    return args.some((argument) => {
      const written = node.arguments?.find(({ name }) => name.value === argument.name.value);
      return written !== undefined && this.#isForeign(argument, toJsonValue(written.value, variableValues), caller);
    });
  }

  #isForeign(input: InputValueDefinitionNode, value: unknown, caller: Caller | null): boolean {
    if (value === undefined || value === null) return false;
    if (input.directives?.some(({ name }) => name.value === 'owner')) {
      const ids: readonly unknown[] = Array.isArray(value) ? value : [value];
      if (ids.some((id) => id === null || id !== caller?.userId)) return true;
    }
    const fields = this.#inputs.get(namedType(input.type)) ?? [];
    const objects = (Array.isArray(value) ? value : [value]) as Readonly<Record<string, unknown>>[];
    return fields.some((field) => objects.some((object) => this.#isForeign(field, object?.[field.name.value], caller)));
  }
}

function* violations(directive: ConstDirectiveNode, caller: Caller | null): Generator<Refusal> {
  if (directive.name.value !== 'auth' && directive.name.value !== 'owner') return;
  if (caller === null) return yield 'UNAUTHENTICATED';
  if (directive.name.value === 'owner') return;
  const directiveArguments = Object.fromEntries(
    (directive.arguments ?? []).map(({ name, value }) => [name.value, toJsonValue(value, {})]),
  );
  const { roles, emailVerified, maxAge } = directiveArguments as {
    roles?: string[];
    emailVerified?: boolean;
    maxAge?: number;
  };
  if (roles && !roles.some((role) => caller.roles.includes(role))) yield 'FORBIDDEN';
  if (emailVerified && !caller.emailVerified) yield 'EMAIL_NOT_VERIFIED';
  if (maxAge !== undefined && caller.age > maxAge) yield 'STEP_UP_REQUIRED';
}

function isIncluded(
  directives: readonly { readonly name: { readonly value: string }; readonly arguments?: FieldNode['arguments'] }[],
  variableValues: Variables,
): boolean {
  return directives.every(({ name, arguments: args }) => {
    const condition = args?.[0] && toJsonValue(args[0].value, variableValues);
    return name.value === 'skip' ? condition !== true : name.value !== 'include' || condition !== false;
  });
}

function defaultsOf(operation: OperationDefinitionNode): Record<string, unknown> {
  const withDefaults = (operation.variableDefinitions ?? []).flatMap(({ variable, defaultValue }) =>
    defaultValue ? [[variable.name.value, toJsonValue(defaultValue, {})] as const] : [],
  );
  return Object.fromEntries(withDefaults);
}

/** Returns a literal as a JSON value, with variables substituted. */
function toJsonValue(node: ValueNode, variableValues: Variables): unknown {
  switch (node.kind) {
    case Kind.VARIABLE:
      return variableValues[node.name.value];
    case Kind.NULL:
      return null;
    case Kind.LIST:
      return node.values.map((value) => toJsonValue(value, variableValues));
    case Kind.OBJECT:
      return Object.fromEntries(node.fields.map(({ name, value }) => [name.value, toJsonValue(value, variableValues)]));
    case Kind.INT:
    case Kind.FLOAT:
      return Number(node.value);
    default:
      return node.value;
  }
}

function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}
