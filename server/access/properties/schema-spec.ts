/** A JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** One application of an access directive. */
export interface RuleSpec {
  readonly directive: 'public' | 'auth' | 'owner';
  readonly roles?: readonly string[];
  readonly maxAge?: number;
  readonly emailVerified?: true;
  /** Alternatives of scopes that must all be granted. */
  readonly scopes?: readonly (readonly string[])[];
  /** Whether a refusal makes the field null. */
  readonly onRefusal?: 'NULL';
  readonly field?: string;
  readonly orRoles?: readonly string[];
  /** Whether a type's rule is written on an extension. */
  readonly onExtension?: boolean;
}

/** An argument or input field. `type` is SDL: `[[ID!]]`. */
export interface InputSpec {
  readonly name: string;
  readonly type: string;
  readonly owner: boolean;
  /** Of an input field: what giving a value requires. */
  readonly auth?: RuleSpec;
  readonly default?: Json;
}

/** A field of an object type or interface. */
export interface FieldSpec {
  readonly name: string;
  readonly type: string;
  readonly args: readonly InputSpec[];
  rules: readonly RuleSpec[];
  readonly onExtension: boolean;
}

/** An object type or interface; `interfaces` includes inherited ones. */
export interface TypeSpec {
  readonly kind: 'type' | 'interface';
  readonly name: string;
  readonly interfaces: readonly string[];
  rules: readonly RuleSpec[];
  fields: readonly FieldSpec[];
}

/** A schema as data: printed for the engine, read directly by the model. */
export interface SchemaSpec {
  readonly types: readonly TypeSpec[];
  readonly unions: readonly { readonly name: string; readonly members: readonly string[] }[];
  readonly inputs: readonly { readonly name: string; readonly fields: readonly InputSpec[] }[];
}

/** The scopes that every schema declares. */
export const SCOPES = ['read:a', 'write:a', 'admin'] as const;

/** Prints a schema as SDL, with extensions. */
export function printSchema({ types, unions, inputs }: SchemaSpec): string {
  return [
    `extend schema @tokenScopes(names: ${JSON.stringify(SCOPES)})`,
    ...types.flatMap(printType),
    ...unions.map(({ name, members }) => `union ${name} = ${members.join(' | ')}`),
    ...inputs.map(({ name, fields }) => `input ${name} { ${fields.map(printInput).join(' ')} }`),
  ].join('\n');
}

/** Prints a value as a GraphQL literal. */
export function printValue(value: Json): string {
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(printValue).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, inner]) => `${key}: ${printValue(inner)}`)
    .join(', ')}}`;
}

/** Returns the named type of a type in SDL: `ID` for `[ID!]!`. */
export function namedTypeIn(type: string): string {
  return type.replaceAll(/[[\]!]/g, '');
}

function printType({ kind, name, interfaces, rules, fields }: TypeSpec): readonly string[] {
  const inherits = interfaces.length > 0 ? ` implements ${interfaces.join(' & ')}` : '';
  const printPart = (onExtension: boolean) => {
    const printedRules = rules.filter((rule) => (rule.onExtension ?? false) === onExtension).map(printRule);
    const body = fields.filter((field) => field.onExtension === onExtension).map(printField);
    return `${printedRules.join(' ')}${body.length > 0 ? ` { ${body.join(' ')} }` : ''}`;
  };
  const extension = printPart(true);
  return [
    `${kind} ${name}${inherits} ${printPart(false)}`,
    ...(extension === '' ? [] : [`extend ${kind} ${name} ${extension}`]),
  ];
}

function printField({ name, args, type, rules }: FieldSpec): string {
  const list = args.length > 0 ? `(${args.map(printInput).join(', ')})` : '';
  return `${name}${list}: ${type} ${rules.map(printRule).join(' ')}`;
}

function printInput(input: InputSpec): string {
  const defaultValue = input.default === undefined ? '' : ` = ${printValue(input.default)}`;
  return `${input.name}: ${input.type}${defaultValue}${input.owner ? ' @owner' : ''}${input.auth ? ` ${printRule(input.auth)}` : ''}`;
}

function printRule({ directive, roles, maxAge, emailVerified, scopes, onRefusal, field, orRoles }: RuleSpec): string {
  const args = [
    directive === 'public' ? 'reason: "Anyone may."' : '',
    roles ? `roles: [${roles.join(', ')}]` : '',
    maxAge === undefined ? '' : `maxAge: ${maxAge}`,
    emailVerified ? 'emailVerified: true' : '',
    scopes ? `scopes: ${JSON.stringify(scopes)}` : '',
    onRefusal ? `onRefusal: ${onRefusal}` : '',
    field === undefined ? '' : `field: "${field}"`,
    orRoles ? `orRoles: [${orRoles.join(', ')}]` : '',
  ].filter((argument) => argument !== '');
  return `@${directive}${args.length > 0 ? `(${args.join(', ')})` : ''}`;
}
