/** The path of the access map on the API. */
export const ACCESS_MAP_PATH = '/access-map.json';

/** The access map as the API serves it: only what introspection shows the caller. */
export interface AccessDocument {
  /** The audiences of the caller: `anonymous`, or `signed in` and the caller's roles. */
  readonly caller: readonly string[];
  /** Every audience, in the order of the columns. */
  readonly audiences: readonly string[];
  /** The labels of the cells with their meanings. */
  readonly legend: readonly (readonly [label: string, meaning: string])[];
  /** The root types first, then by name. */
  readonly types: readonly DocumentedType[];
  /** The walls in SQL of the owned types among them; empty where the API does not explain itself. */
  readonly rows: readonly DocumentedRows[];
}

/** One object type. */
export interface DocumentedType {
  readonly name: string;
  readonly description: string | null;
  readonly fields: readonly DocumentedField[];
}

/** One field with what each audience gets from it. */
export interface DocumentedField {
  readonly coordinate: string;
  readonly name: string;
  readonly description: string | null;
  /** Its type in SDL. */
  readonly type: string;
  /** What it requires of the caller, in words. */
  readonly requires: string;
  readonly isPublic: boolean;
  /** By the position of the audience in `audiences`. */
  readonly cells: readonly DocumentedCell[];
  /** Every rule that applies. */
  readonly rules: readonly DocumentedRule[];
  /** The arguments that accept only the caller's own id. */
  readonly ownerArguments: readonly { readonly name: string; readonly accepts: string }[];
  /** The owned types among its parent and its result, whose rows are filtered. */
  readonly ownedTypes: readonly string[];
  /** The smallest operation that selects it. */
  readonly example: { readonly kind: 'query' | 'mutation'; readonly text: string } | null;
}

/** What one audience gets. */
export interface DocumentedCell {
  readonly outcome: 'allowed' | 'own rows' | 'no rows' | 'withheld' | 'null' | 'refused' | 'none';
  readonly label: string;
}

/** One application of a directive. */
export interface DocumentedRule {
  readonly directive: string;
  /** Where it is applied; null if introspection hides that from the caller. */
  readonly coordinate: string | null;
  /** `schema/task.graphql:12`; null also where the API does not explain itself. */
  readonly source: string | null;
}

/** How the rows of one type are filtered. */
export interface DocumentedRows {
  readonly type: string;
  /** `app.task`. */
  readonly table: string;
  /** The WHERE condition of every statement on the caller's own rows. */
  readonly predicate: string;
  /** The statements that protect the table, as `npm run access -- policies` prints them. */
  readonly policies: string;
}
