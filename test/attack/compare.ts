import type { Expectation } from './model.ts';
import { ANY } from './resolvers.ts';

/** What the product answered. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** How an answer departs from what it has to be. */
export interface Finding {
  readonly kind: 'leak' | 'false refusal' | 'missed refusal' | 'wrong answer' | 'server error';
  readonly what: string;
}

interface Body {
  readonly data?: unknown;
  readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[];
}

/**
 * Holds an answer against what it has to be; null when it is that.
 * @param secrets texts that this caller must never see, unless the request or the expected answer holds them
 */
export function compare(
  answer: Answer,
  expected: Expectation,
  sent: string,
  secrets: readonly string[],
): Finding | null {
  const said = JSON.stringify(expected.data) ?? '';
  const leaked = secrets.find(
    (secret) => answer.text.includes(secret) && !sent.includes(secret) && !said.includes(secret),
  );
  if (leaked !== undefined) return { kind: 'leak', what: `the answer holds ${leaked}` };
  const body = parsed(answer.text);
  if (answer.status >= 500 || body === null) return { kind: 'server error', what: `status ${answer.status}` };
  const codes = [...new Set((body.errors ?? []).map(({ extensions }) => extensions?.code ?? 'NONE'))].toSorted();
  const got = `${answer.status} ${codes.join(' ')}`.trim();
  const wanted = `${expected.status} ${expected.codes.join(' ')}`.trim();
  if (got !== wanted) {
    const [isRefusal, shouldBe] = [answer.status >= 400, expected.status >= 400];
    const kind = isRefusal === shouldBe ? 'wrong answer' : isRefusal ? 'false refusal' : 'missed refusal';
    return { kind, what: `${got} instead of ${wanted}` };
  }
  if (expected.data === undefined && 'data' in body) return { kind: 'wrong answer', what: 'a refusal with data' };
  const place = difference(body.data, expected.data, 'data');
  if (place !== null) return { kind: 'wrong answer', what: place };
  if (answer.headers['cache-control'] !== 'private, no-store')
    return { kind: 'leak', what: 'an answer that a cache may keep' };
  return null;
}

function parsed(text: string): Body | null {
  try {
    return JSON.parse(text) as Body;
  } catch {
    return null;
  }
}

/** Where two values differ, in words; null when they are the same. */
function difference(got: unknown, wanted: unknown, place: string): string | null {
  if (wanted === ANY) return got === null || got === undefined ? `${place} is missing` : null;
  if (Array.isArray(wanted) && Array.isArray(got)) {
    if (wanted.length !== got.length) return `${place} has ${got.length} entries instead of ${wanted.length}`;
    return firstOf(wanted.map((part, index) => difference(got[index], part, `${place}[${index}]`)));
  }
  if (isRecord(wanted) && isRecord(got)) {
    const keys = new Set([...Object.keys(wanted), ...Object.keys(got)]);
    return firstOf([...keys].map((key) => difference(got[key], wanted[key], `${place}.${key}`)));
  }
  return Object.is(got, wanted) ? null : `${place} is ${JSON.stringify(got)} instead of ${JSON.stringify(wanted)}`;
}

function firstOf(found: readonly (string | null)[]): string | null {
  return found.find((entry) => entry !== null) ?? null;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
