/** A value as JSON writes it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** One application of a directive, as it is to be written. */
export interface RuleSpec {
  readonly directive: 'public' | 'auth' | 'owner';
  readonly roles?: readonly string[];
  readonly maxAge?: number;
  readonly emailVerified?: true;
  readonly field?: string;
  readonly orRoles?: readonly string[];
  /** On a type: said by an `extend` of it. */
  readonly onExtension?: boolean;
}

/** An argument or input field. Types are kept as they are written: `[[ID!]]`. */
export interface InputSpec {
  readonly name: string;
  readonly type: string;
  readonly owner: boolean;
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

/** An object type or interface; its interfaces are all that it implements, theirs included. */
export interface TypeSpec {
  readonly kind: 'type' | 'interface';
  readonly name: string;
  readonly interfaces: readonly string[];
  rules: readonly RuleSpec[];
  fields: readonly FieldSpec[];
}

/** A schema as plain data: what is printed for the engine and read as it is by the model. */
export interface SchemaSpec {
  readonly types: readonly TypeSpec[];
  readonly unions: readonly { readonly name: string; readonly members: readonly string[] }[];
  readonly inputs: readonly { readonly name: string; readonly fields: readonly InputSpec[] }[];
}

/** The schema in SDL, each extension by itself. */
export function printSchema({ types, unions, inputs }: SchemaSpec): string {
  return [
    ...types.flatMap(printType),
    ...unions.map(({ name, members }) => `union ${name} = ${members.join(' | ')}`),
    ...inputs.map(({ name, fields }) => `input ${name} { ${fields.map(printInput).join(' ')} }`),
  ].join('\n');
}

/** A value as GraphQL writes it. */
export function printValue(value: Json): string {
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(printValue).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, inner]) => `${key}: ${printValue(inner)}`)
    .join(', ')}}`;
}

/** The name at the heart of a type as it is written: `ID` for `[ID!]!`. */
export function namedTypeIn(type: string): string {
  return type.replaceAll(/[[\]!]/g, '');
}

function printType({ kind, name, interfaces, rules, fields }: TypeSpec): readonly string[] {
  const inherits = interfaces.length > 0 ? ` implements ${interfaces.join(' & ')}` : '';
  const written = (onExtension: boolean) => {
    const words = rules.filter((rule) => (rule.onExtension ?? false) === onExtension).map(printRule);
    const body = fields.filter((field) => field.onExtension === onExtension).map(printField);
    return `${words.join(' ')}${body.length > 0 ? ` { ${body.join(' ')} }` : ''}`;
  };
  const more = written(true);
  return [`${kind} ${name}${inherits} ${written(false)}`, ...(more === '' ? [] : [`extend ${kind} ${name} ${more}`])];
}

function printField({ name, args, type, rules }: FieldSpec): string {
  const list = args.length > 0 ? `(${args.map(printInput).join(', ')})` : '';
  return `${name}${list}: ${type} ${rules.map(printRule).join(' ')}`;
}

function printInput(input: InputSpec): string {
  const byDefault = input.default === undefined ? '' : ` = ${printValue(input.default)}`;
  return `${input.name}: ${input.type}${byDefault}${input.owner ? ' @owner' : ''}`;
}

function printRule({ directive, roles, maxAge, emailVerified, field, orRoles }: RuleSpec): string {
  const args = [
    directive === 'public' ? 'reason: "Anyone may."' : '',
    roles ? `roles: [${roles.join(', ')}]` : '',
    maxAge === undefined ? '' : `maxAge: ${maxAge}`,
    emailVerified ? 'emailVerified: true' : '',
    field === undefined ? '' : `field: "${field}"`,
    orRoles ? `orRoles: [${orRoles.join(', ')}]` : '',
  ].filter((argument) => argument !== '');
  return `@${directive}${args.length > 0 ? `(${args.join(', ')})` : ''}`;
}
