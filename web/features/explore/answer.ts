import type { ExplainedCoordinate, Explanation } from '../../../runtime/explanation.ts';

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

/** Returns the coordinates that decided: the refused ones, or else the root fields of the operation and those that are null. */
export function decidingCoordinates({ coordinates, verdict }: Explanation): readonly ExplainedCoordinate[] {
  return coordinates.filter(({ coordinate, verdict: own }) =>
    verdict === 'refused' ? own === 'refused' : own === 'null' || /^(?:Query|Mutation)\./.test(coordinate),
  );
}
