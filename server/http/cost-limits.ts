/**
 * The limits of one operation. Each is far above the needs of the web client and of explorers, and far below what would
 * block the server. A document over a limit is refused before validation, because the time of validation grows with the
 * square of the repeated names.
 */
export interface CostLimits {
  /** Tokens of a document; the parser stops at the limit. */
  readonly tokens: number;
  /** Operations and fragments of a document. */
  readonly definitions: number;
  /** Fields of an operation; a fragment counts at each spread. */
  readonly fields: number;
  /** Occurrences of one response name in an operation: validation compares them in pairs. */
  readonly repeatedNames: number;
  /** Aliases of an operation. */
  readonly aliases: number;
  /** Nesting of selection sets, of fields and of fragments. */
  readonly depth: number;
  /** Directives in a document, and at one location. */
  readonly directives: { readonly document: number; readonly location: number };
  /** Variables of an operation. */
  readonly variables: number;
  /** Nesting of lists and objects in a value or in the type of a variable, and entries of all variables. */
  readonly values: { readonly depth: number; readonly entries: number };
  /** Objects of a response if every list has its largest length. */
  readonly objects: number;
  /** The cost of fields with long texts, in objects: a text of 10,000 characters is larger than an object without it. */
  readonly textFieldCosts: ReadonlyMap<string, number>;
  /** The largest `first`, and the assumed length of a list without `first`. */
  readonly listSizes: { readonly maxPage: number; readonly assumed: number };
}

/** The default limits. */
export const COST_LIMITS: CostLimits = {
  tokens: 4_000,
  definitions: 50,
  fields: 500,
  repeatedNames: 100,
  aliases: 30,
  depth: 25,
  directives: { document: 100, location: 5 },
  variables: 50,
  values: { depth: 10, entries: 1_000 },
  objects: 5_000,
  textFieldCosts: new Map([['Task.description', 10]]),
  listSizes: { maxPage: 100, assumed: 10 },
};

/** The settings of the limits; one that is absent has its default. */
export type CostLimitSettings = { readonly [Name in keyof typeof SETTING_OF_LIMIT]?: number | undefined };

/** Each setting, and where its value belongs. */
const SETTING_OF_LIMIT = {
  LIMIT_ALIASES: (aliases) => ({ aliases }),
  LIMIT_DEFINITIONS: (definitions) => ({ definitions }),
  LIMIT_DEPTH: (depth) => ({ depth }),
  LIMIT_DIRECTIVES: (document, { directives }) => ({ directives: { ...directives, document } }),
  LIMIT_DIRECTIVES_PER_LOCATION: (location, { directives }) => ({ directives: { ...directives, location } }),
  LIMIT_FIELDS: (fields) => ({ fields }),
  LIMIT_OBJECTS: (objects) => ({ objects }),
  LIMIT_REPEATED_NAMES: (repeatedNames) => ({ repeatedNames }),
  LIMIT_TOKENS: (tokens) => ({ tokens }),
  LIMIT_VALUE_DEPTH: (depth, { values }) => ({ values: { ...values, depth } }),
  LIMIT_VALUE_ENTRIES: (entries, { values }) => ({ values: { ...values, entries } }),
  LIMIT_VARIABLES: (variables) => ({ variables }),
} as const satisfies Readonly<Record<string, (amount: number, limits: CostLimits) => Partial<CostLimits>>>;

/** Returns the limits with the values of the settings. */
export function costLimitsOf(settings: CostLimitSettings): CostLimits {
  let limits = COST_LIMITS;
  for (const [name, limitOf] of Object.entries(SETTING_OF_LIMIT)) {
    const amount = settings[name as keyof CostLimitSettings];
    if (amount !== undefined) limits = { ...limits, ...limitOf(amount, limits) };
  }
  return limits;
}

/** Thrown for a document over a limit. It does not name the limit: that would help an attacker to stay just below it. */
export class TooComplex extends Error {
  override readonly name = 'TooComplex';
}

/** @throws {TooComplex} if `amount` exceeds `limit` */
export function assertWithinLimit(amount: number, limit: number): void {
  if (amount > limit) throw new TooComplex();
}
