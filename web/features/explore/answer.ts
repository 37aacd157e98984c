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
  readonly verdict: 'allowed' | 'refused';
  readonly reason: string | null;
  readonly rules: readonly ExplainedRule[];
}

/** The API's explanation of its decision, for the caller's own audience. */
export interface Explanation {
  readonly verdict: 'allowed' | 'refused' | 'invalid';
  readonly reason: string | null;
  readonly coordinates: readonly ExplainedCoordinate[];
  readonly rows: readonly { readonly type: string; readonly rules: readonly ExplainedRule[] }[];
  readonly hidden: boolean;
  readonly statements: number;
}

/** The body of a response. */
export interface ResponseBody {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions?: { readonly code?: string; readonly coordinate?: string };
  }[];
  readonly extensions?: Readonly<Record<string, unknown>> & { readonly explain?: Explanation };
}

/** The API's answer to one request. */
export interface Answer {
  readonly status: number;
  /** As the API answers without an explanation. */
  readonly body: ResponseBody;
  /** Null if the API has sent none. */
  readonly explanation: Explanation | null;
}

/** Separates the explanation from the rest of a response. */
export function toAnswer(status: number, { extensions, ...body }: ResponseBody): Answer {
  const { explain = null, ...others } = extensions ?? {};
  return {
    status,
    body: Object.keys(others).length === 0 ? body : { ...body, extensions: others },
    explanation: explain,
  };
}

/** Returns the coordinates that decided: the refused ones, or else the root fields of the operation. */
export function decidingCoordinates({ coordinates, verdict }: Explanation): readonly ExplainedCoordinate[] {
  return coordinates.filter(({ coordinate, verdict: own }) =>
    verdict === 'refused' ? own === 'refused' : /^(?:Query|Mutation)\./.test(coordinate),
  );
}
