import { z } from 'zod';

/** A limit of one operation. */
const limit = (fallback: number) => ({
  parser: z
    .string()
    .regex(/^[1-9]\d{0,6}$/)
    .transform(Number)
    .prefault(String(fallback)),
  expected: 'a whole number from 1 to 9999999',
  example: String(fallback),
});

/** The most requests in a minute; Infinity for `none`. */
const requests = z
  .string()
  .regex(/^(?:[1-9]\d{0,8}|none)$/)
  .transform((text) => (text === 'none' ? Number.POSITIVE_INFINITY : Number(text)));
const REQUESTS = 'requests a minute, a whole number from 1, or none';

/** `12000`, or with other limits of roles `12000,ADMIN:60000`. */
const requestsByRole = z.string().transform((text, context) => {
  const [each, ...others] = text.split(',');
  const byRole = others.map((entry) => {
    const [, role = '', amount] = /^([A-Z][A-Z_]{0,63}):(.+)$/.exec(entry.trim()) ?? [];
    return [role, requests.safeParse(amount).data ?? 0] as const;
  });
  const parsed = { each: requests.safeParse(each).data ?? 0, byRole: new Map(byRole) };
  if (parsed.byRole.size === byRole.length && [parsed.each, ...parsed.byRole.values()].every((amount) => amount > 0))
    return parsed;
  context.addIssue({ code: 'custom', message: 'form' });
  return z.NEVER;
});

/** The settings of the cost of one operation, and of the number of requests. */
export const LIMITS = {
  LIMIT_ALIASES: limit(30),
  LIMIT_DEFINITIONS: limit(50),
  LIMIT_DEPTH: limit(25),
  LIMIT_DIRECTIVES: limit(100),
  LIMIT_DIRECTIVES_PER_LOCATION: limit(5),
  LIMIT_FIELDS: limit(500),
  LIMIT_OBJECTS: limit(5_000),
  LIMIT_REPEATED_NAMES: limit(100),
  LIMIT_TOKENS: limit(4_000),
  LIMIT_VALUE_DEPTH: limit(10),
  LIMIT_VALUE_ENTRIES: limit(1_000),
  LIMIT_VARIABLES: limit(50),
  LIMIT_REQUESTS_PER_ADDRESS: { parser: requests.prefault('60000'), expected: REQUESTS, example: '60000' },
  LIMIT_REQUESTS_PER_VIEWER: {
    parser: requestsByRole.prefault('12000'),
    expected: `${REQUESTS}; after it, with commas between, those of roles`,
    example: '12000,ADMIN:60000',
  },
} as const;
