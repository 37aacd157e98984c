import type { DataSource, EntitySchema, ObjectLiteral } from 'typeorm';
import { type Owned, type Owners, owned } from './owned.ts';
import { Shapes } from './statement.ts';

/** What repositories are made from. TypeORM's own way to the tables, which knows no owner, is not in here. */
export interface Tables {
  /** The ways into an owned table. */
  owned<Row extends ObjectLiteral>(entity: EntitySchema<Row>): Owned<Row>;
  /** Where statements are kept once they have been built. */
  readonly shapes: Shapes;
}

/** Binds the mapping to the owners that the schema names. */
export function tables(mapping: DataSource, owners: Owners): Tables {
  return { owned: (entity) => owned(mapping, entity, owners), shapes: new Shapes(mapping) };
}
