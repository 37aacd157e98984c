import type { Expectation } from './reference-model.ts';
import { ANY_VALUE } from './reference-resolvers.ts';

/** The product's response. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** How a response differs from the expected one. */
export interface Finding {
  readonly kind: 'leak' | 'false refusal' | 'missed refusal' | 'wrong answer' | 'server error';
  readonly detail: string;
}

interface Body {
  readonly data?: unknown;
  readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[];
}

/**
 * Compares a response with the expected one; returns null if they agree.
 * @param secrets texts that this client must never see, unless the request or the expected response holds them
 */
export function compareResponse(
  response: HttpResponse,
  expected: Expectation,
  sent: string,
  secrets: readonly string[],
): Finding | null {
  const expectedText = JSON.stringify(expected.data) ?? '';
  const leaked = secrets.find(
    (secret) => response.text.includes(secret) && !sent.includes(secret) && !expectedText.includes(secret),
  );
  if (leaked !== undefined) return { kind: 'leak', detail: `the answer holds ${leaked}` };
  const body = parseBody(response.text);
  if (response.status >= 500 || body === null) return { kind: 'server error', detail: `status ${response.status}` };
  const codes = [...new Set((body.errors ?? []).map(({ extensions }) => extensions?.code ?? 'NONE'))].toSorted();
  const got = `${response.status} ${codes.join(' ')}`.trim();
  const wanted = `${expected.status} ${expected.codes.join(' ')}`.trim();
  if (got !== wanted) {
    const [isRefusal, shouldBe] = [response.status >= 400, expected.status >= 400];
    const kind = isRefusal === shouldBe ? 'wrong answer' : isRefusal ? 'false refusal' : 'missed refusal';
    return { kind, detail: `${got} instead of ${wanted}` };
  }
  if (expected.data === undefined && 'data' in body) return { kind: 'wrong answer', detail: 'a refusal with data' };
  const path = difference(body.data, expected.data, 'data');
  if (path !== null) return { kind: 'wrong answer', detail: path };
  if (response.headers['cache-control'] !== 'private, no-store')
    return { kind: 'leak', detail: 'an answer that a cache may keep' };
  return null;
}

function parseBody(text: string): Body | null {
  try {
    return JSON.parse(text) as Body;
  } catch {
    return null;
  }
}

/** Describes the first difference between two values; null if they are equal. */
function difference(got: unknown, wanted: unknown, path: string): string | null {
  if (wanted === ANY_VALUE) return got === null || got === undefined ? `${path} is missing` : null;
  if (Array.isArray(wanted) && Array.isArray(got)) {
    if (wanted.length !== got.length) return `${path} has ${got.length} entries instead of ${wanted.length}`;
    return firstDifference(wanted.map((part, index) => difference(got[index], part, `${path}[${index}]`)));
  }
  if (isRecord(wanted) && isRecord(got)) {
    const keys = new Set([...Object.keys(wanted), ...Object.keys(got)]);
    return firstDifference([...keys].map((key) => difference(got[key], wanted[key], `${path}.${key}`)));
  }
  return Object.is(got, wanted) ? null : `${path} is ${JSON.stringify(got)} instead of ${JSON.stringify(wanted)}`;
}

function firstDifference(differences: readonly (string | null)[]): string | null {
  return differences.find((entry) => entry !== null) ?? null;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
