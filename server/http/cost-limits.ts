/**
 * What one operation may ask for. Each limit stands far above what a client of ours needs and what explorers ask, and
 * far below what would hold the server up. What is over one is refused before it is validated: validation itself takes
 * time that grows with the square of what is repeated.
 */
export interface CostLimits {
  /** The most tokens that a document may have: what is longer is not parsed to its end. */
  readonly tokens: number;
  /** The most operations and fragments in a document. */
  readonly definitions: number;
  /** The most fields of an operation, fragments counted wherever they are spread. */
  readonly fields: number;
  /** How often one name may stand in the answer, at all places together: validation compares them in pairs. */
  readonly repeatedNames: number;
  /** The most fields that are given another name. */
  readonly aliases: number;
  /** How deep selections may nest, fields and fragments alike. */
  readonly depth: number;
  /** The most directives in a document, and on one place. */
  readonly directives: { readonly document: number; readonly location: number };
  /** The most variables of an operation. */
  readonly variables: number;
  /** How deep lists and objects may nest in a value or in a variable's type, and how many entries variables may have. */
  readonly values: { readonly depth: number; readonly entries: number };
  /** The most objects that an answer may come to hold, were every list as long as it may be. */
  readonly objects: number;
  /** What fields with long texts weigh, in objects: a text of 10,000 characters is more than an object without it. */
  readonly textFieldCosts: ReadonlyMap<string, number>;
  /** How long a list with a `first` may become at most, and how long one without is taken to be. */
  readonly listSizes: { readonly maxPage: number; readonly assumed: number };
}

/** The limits that hold unless said otherwise. */
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

/** Thrown for what is over a limit. Which one, and by how much, is not said: it would help to stay just below. */
export class TooComplex extends Error {
  override readonly name = 'TooComplex';
}

/** Throws for an amount over its limit. */
export function assertWithinLimit(amount: number, limit: number): void {
  if (amount > limit) throw new TooComplex();
}
