import type { Statement } from './wire.ts';

/** Stands for a value while a statement's text is built. */
class Placeholder {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** A statement built once, and how the values of one call become its parameters. */
export interface Shape<Values> {
  readonly statement: Statement;
  /** In the order of the text's `$1`, `$2` …; a value that is named twice is there twice. */
  parameters(values: Values): unknown[];
}

/** Any of TypeORM's builders that end in a text with parameters. */
interface Builder {
  setParameters(parameters: Record<string, unknown>): unknown;
  getQueryAndParameters(): [string, unknown[]];
}

/**
 * Lets TypeORM build a statement's text once. The builder speaks of its values as `:name`, for each name in `names`.
 * @param name what the statement is prepared as: one name, one text
 */
export function shape<Name extends string>(
  name: string,
  builder: Builder,
  names: readonly Name[],
): Shape<Record<Name, unknown>> {
  builder.setParameters(Object.fromEntries(names.map((value) => [value, new Placeholder(value)])));
  const [text, values] = builder.getQueryAndParameters();
  const order = values.map((value) => {
    if (value instanceof Placeholder) return value.name as Name;
    throw new TypeError(`The statement "${name}" has a value built into it: name the value instead.`);
  });
  return { statement: { name, text }, parameters: (given) => order.map((value) => given[value]) };
}
