import { assertWithinLimit, type CostLimits } from './cost-limits.ts';

/**
 * What a selection asks for. `objects` are those of the answer; `entries` those that come again with every entry of the
 * list that the selection belongs to, whose length only the field around it knows.
 */
export class SelectionCost {
  fields = 0;
  aliases = 0;
  /** How many levels of selections lie below. */
  height = 0;
  objects = 0;
  objectsPerEntry = 0;
  /** The objects of introspection: they come from memory, and are weighed apart. */
  introspectionObjects = 0;
  /** How often each name stands in the answer. */
  readonly responseNames = new Map<string, number>();

  /** Adds one field, under the name that it has in the answer. */
  addField(name: string, isAlias: boolean, limits: CostLimits): void {
    this.fields += 1;
    this.aliases += isAlias ? 1 : 0;
    this.#addResponseName(name, 1, limits);
    this.#assertWithinLimits(limits);
  }

  /**
   * Adds what lies below: once it is over a limit it stays so, and nothing more has to be looked at. Therefore the time
   * that all of this takes grows with the document and the limits, never with what its fragments unfold to.
   */
  addNested(nested: SelectionCost, limits: CostLimits): void {
    this.fields += nested.fields;
    this.aliases += nested.aliases;
    this.height = Math.max(this.height, nested.height + 1);
    this.introspectionObjects += nested.introspectionObjects;
    this.#assertWithinLimits(limits);
    for (const [name, count] of nested.responseNames) this.#addResponseName(name, count, limits);
  }

  /** The objects, with a list of this length around them. */
  totalObjects(length: number): number {
    return this.objects + length * this.objectsPerEntry;
  }

  #addResponseName(name: string, count: number, limits: CostLimits): void {
    const sum = (this.responseNames.get(name) ?? 0) + count;
    assertWithinLimit(sum, limits.repeatedNames);
    this.responseNames.set(name, sum);
  }

  #assertWithinLimits(limits: CostLimits): void {
    assertWithinLimit(this.fields, limits.fields);
    assertWithinLimit(this.aliases, limits.aliases);
  }
}
