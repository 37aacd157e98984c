import { insistOn, type CostLimits } from './limits.ts';

/**
 * What a selection asks for. `objects` are those of the answer; `entries` those that come again with every entry of the
 * list that the selection belongs to, whose length only the field around it knows.
 */
export class Weight {
  fields = 0;
  aliases = 0;
  /** How many levels of selections lie below. */
  height = 0;
  objects = 0;
  entries = 0;
  /** The objects of introspection: they come from memory, and are weighed apart. */
  introspected = 0;
  /** How often each name stands in the answer. */
  readonly names = new Map<string, number>();

  /** Adds one field, under the name that it has in the answer. */
  addField(name: string, isAlias: boolean, limits: CostLimits): void {
    this.fields += 1;
    this.aliases += isAlias ? 1 : 0;
    this.#addName(name, 1, limits);
    this.#insist(limits);
  }

  /**
   * Adds what lies below: once it is over a limit it stays so, and nothing more has to be looked at. Therefore the time
   * that all of this takes grows with the document and the limits, never with what its fragments unfold to.
   */
  addBelow(below: Weight, limits: CostLimits): void {
    this.fields += below.fields;
    this.aliases += below.aliases;
    this.height = Math.max(this.height, below.height + 1);
    this.introspected += below.introspected;
    this.#insist(limits);
    for (const [name, count] of below.names) this.#addName(name, count, limits);
  }

  /** The objects, with a list of this length around them. */
  objectsOf(length: number): number {
    return this.objects + length * this.entries;
  }

  #addName(name: string, count: number, limits: CostLimits): void {
    const sum = (this.names.get(name) ?? 0) + count;
    insistOn(sum, limits.repeats);
    this.names.set(name, sum);
  }

  #insist(limits: CostLimits): void {
    insistOn(this.fields, limits.fields);
    insistOn(this.aliases, limits.aliases);
  }
}
