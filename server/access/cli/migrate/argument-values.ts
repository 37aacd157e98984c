import type { DirectiveNode, ValueNode } from 'graphql';

/** Returns the values of a directive's arguments, or of an object, by name. */
export function argumentsOf({ arguments: args = [] }: DirectiveNode): ReadonlyMap<string, ValueNode> {
  return new Map(args.map(({ name, value }) => [name.value, value]));
}

/** Returns the strings or enum values of a value: one or a list of them; null if it is anything else. */
export function stringsOf(value: ValueNode | undefined): readonly string[] | null {
  // GraphQL coerces a single value to a list of it.
  const items = value?.kind === 'ListValue' ? value.values : value === undefined ? [] : [value];
  const strings = items.flatMap((item) =>
    item.kind === 'StringValue' || item.kind === 'EnumValue' ? [item.value] : [],
  );
  return value === undefined || strings.length < items.length ? null : strings;
}

/** Returns lists of scopes, of which a caller needs all of any one; null if the value is anything else. */
export function scopesOf(value: ValueNode | undefined): readonly (readonly string[])[] | null {
  const groups = value?.kind === 'ListValue' ? value.values.map(stringsOf) : [null];
  const scopes = groups.filter((group) => group !== null);
  return scopes.length < groups.length ? null : scopes;
}

/** Whether a name can be a value of the enum `Role`. */
export const isRoleName = (name: string): boolean =>
  /^[_A-Za-z]\w*$/.test(name) && !/^(true|false|null|__.*)$/.test(name);
