/** A rule in an explanation (`extensions.explain`, decision 043). */
export interface ExplainedRule {
  readonly directive: string;
  readonly at: string | null;
  readonly location: { readonly file: string; readonly line: number } | null;
  readonly refuses: boolean;
}

/** A coordinate of a request, with its decision. */
export interface ExplainedCoordinate {
  readonly coordinate: string;
  /** `null`: its refusal makes the field null. `not run`: it is only below fields that are null. */
  readonly verdict: 'allowed' | 'refused' | 'null' | 'not run';
  readonly reason: string | null;
  readonly rules: readonly ExplainedRule[];
}

/** `extensions.explain` of a response: the API's explanation of its decision, for the caller's own audience. */
export interface Explanation {
  readonly verdict: 'allowed' | 'refused' | 'invalid';
  readonly reason: string | null;
  readonly coordinates: readonly ExplainedCoordinate[];
  readonly rows: readonly { readonly type: string; readonly rules: readonly ExplainedRule[] }[];
  /** Whether the request selects coordinates that introspection hides from the caller: they are left out. */
  readonly hidden: boolean;
  /** The number of SQL statements that the operation sent: 0 if it was refused. */
  readonly statements: number;
}
