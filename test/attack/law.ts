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

/** Who asks, as far as the law cares; null without a token. */
export interface Caller {
  readonly userId: string;
  readonly roles: readonly string[];
  readonly emailVerified: boolean;
  /** Seconds since they last proved who they are. */
  readonly age: number;
}

/** Why a request may not run. */
export type Refusal = 'UNAUTHENTICATED' | 'FORBIDDEN' | 'EMAIL_NOT_VERIFIED' | 'STEP_UP_REQUIRED';

type Variables = Readonly<Record<string, unknown>>;

interface Scope {
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly given: Variables;
  readonly isCoercible: boolean;
  readonly caller: Caller | null;
}

interface FieldLaw {
  readonly type: string;
  readonly args: readonly InputValueDefinitionNode[];
  readonly words: readonly ConstDirectiveNode[];
}

/**
 * What the schema says of who may ask for what, read straight from its text: no engine, no schema object, no
 * shortcuts. It knows object types and input objects, which is all that our contract has; it stops at anything else.
 */
export class Law {
  readonly #fields = new Map<string, FieldLaw>();
  readonly #inputs = new Map<string, readonly InputValueDefinitionNode[]>();

  constructor(sdl: DocumentNode) {
    const ofType = new Map<string, ConstDirectiveNode[]>();
    for (const node of sdl.definitions) {
      if (node.kind === Kind.INTERFACE_TYPE_DEFINITION || node.kind === Kind.UNION_TYPE_DEFINITION)
        throw new Error(`The model knows no abstract types yet: teach it ${node.name.value}.`);
      if (node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.OBJECT_TYPE_EXTENSION)
        ofType.set(node.name.value, [...(ofType.get(node.name.value) ?? []), ...(node.directives ?? [])]);
      if (node.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION) this.#inputs.set(node.name.value, node.fields ?? []);
    }
    for (const node of sdl.definitions) {
      if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.OBJECT_TYPE_EXTENSION) continue;
      for (const field of node.fields ?? [])
        this.#fields.set(`${node.name.value}.${field.name.value}`, {
          type: nameIn(field.type),
          args: field.arguments ?? [],
          words: [...(ofType.get(node.name.value) ?? []), ...(field.directives ?? [])],
        });
    }
  }

  /**
   * The reason for which a request is refused, or null when it may run. Among several the first of: no token,
   * forbidden, e-mail not verified, sign-in too old.
   * @param variables as they were sent
   * @param isCoercible false where a variable is no value of its type: then arguments are not looked at
   */
  verdict(
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
    const given = { ...defaultsOf(operation), ...variables };
    const root = operation.operation === 'query' ? 'Query' : 'Mutation';
    const reasons = new Set(this.#reasons(operation.selectionSet, root, { fragments, given, isCoercible, caller }));
    const order: readonly Refusal[] = ['UNAUTHENTICATED', 'FORBIDDEN', 'EMAIL_NOT_VERIFIED', 'STEP_UP_REQUIRED'];
    return order.find((reason) => reasons.has(reason)) ?? null;
  }

  *#reasons(selectionSet: SelectionSetNode, type: string, scope: Scope): Generator<Refusal> {
    const { fragments, given, isCoercible, caller } = scope;
    for (const node of selectionSet.selections) {
      if (!runs(node.directives ?? [], given)) continue;
      if (node.kind !== Kind.FIELD) {
        const inner = node.kind === Kind.INLINE_FRAGMENT ? node : fragments.get(node.name.value);
        if (inner) yield* this.#reasons(inner.selectionSet, type, scope);
      } else if (!node.name.value.startsWith('__')) {
        const field = this.#fields.get(`${type}.${node.name.value}`);
        if (field === undefined) continue;
        for (const word of field.words) yield* broken(word, caller);
        if (isCoercible && this.#namesSomebodyElse(field, node, given, caller))
          yield caller ? 'FORBIDDEN' : 'UNAUTHENTICATED';
        if (node.selectionSet) yield* this.#reasons(node.selectionSet, field.type, scope);
      }
    }
  }

  #namesSomebodyElse({ args }: FieldLaw, node: FieldNode, given: Variables, caller: Caller | null): boolean {
    return args.some((argument) => {
      const written = node.arguments?.find(({ name }) => name.value === argument.name.value);
      return written !== undefined && this.#isForeign(argument, plain(written.value, given), caller);
    });
  }

  #isForeign(input: InputValueDefinitionNode, value: unknown, caller: Caller | null): boolean {
    if (value === undefined || value === null) return false;
    if (input.directives?.some(({ name }) => name.value === 'owner')) {
      const ids: readonly unknown[] = Array.isArray(value) ? value : [value];
      if (ids.some((id) => id === null || id !== caller?.userId)) return true;
    }
    const fields = this.#inputs.get(nameIn(input.type)) ?? [];
    const objects = (Array.isArray(value) ? value : [value]) as Readonly<Record<string, unknown>>[];
    return fields.some((field) => objects.some((object) => this.#isForeign(field, object?.[field.name.value], caller)));
  }
}

function* broken(word: ConstDirectiveNode, caller: Caller | null): Generator<Refusal> {
  if (word.name.value !== 'auth' && word.name.value !== 'owner') return;
  if (caller === null) return yield 'UNAUTHENTICATED';
  if (word.name.value === 'owner') return;
  const said = Object.fromEntries((word.arguments ?? []).map(({ name, value }) => [name.value, plain(value, {})]));
  const { roles, emailVerified, maxAge } = said as { roles?: string[]; emailVerified?: boolean; maxAge?: number };
  if (roles && !roles.some((role) => caller.roles.includes(role))) yield 'FORBIDDEN';
  if (emailVerified && !caller.emailVerified) yield 'EMAIL_NOT_VERIFIED';
  if (maxAge !== undefined && caller.age > maxAge) yield 'STEP_UP_REQUIRED';
}

function runs(
  directives: readonly { readonly name: { readonly value: string }; readonly arguments?: FieldNode['arguments'] }[],
  given: Variables,
): boolean {
  return directives.every(({ name, arguments: args }) => {
    const condition = args?.[0] && plain(args[0].value, given);
    return name.value === 'skip' ? condition !== true : name.value !== 'include' || condition !== false;
  });
}

function defaultsOf(operation: OperationDefinitionNode): Record<string, unknown> {
  const withDefaults = (operation.variableDefinitions ?? []).flatMap(({ variable, defaultValue }) =>
    defaultValue ? [[variable.name.value, plain(defaultValue, {})] as const] : [],
  );
  return Object.fromEntries(withDefaults);
}

/** A value as JSON has it, variables put in their places. */
function plain(node: ValueNode, given: Variables): unknown {
  switch (node.kind) {
    case Kind.VARIABLE:
      return given[node.name.value];
    case Kind.NULL:
      return null;
    case Kind.LIST:
      return node.values.map((value) => plain(value, given));
    case Kind.OBJECT:
      return Object.fromEntries(node.fields.map(({ name, value }) => [name.value, plain(value, given)]));
    case Kind.INT:
    case Kind.FLOAT:
      return Number(node.value);
    default:
      return node.value;
  }
}

function nameIn(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : nameIn(type.type);
}
