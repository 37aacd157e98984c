/** The identity that a verified token proves. A request without a token has no viewer: null. */
export interface AccessViewer {
  /** The user's id; owner fields and owner arguments are compared with it byte for byte. */
  readonly userId: string;
  /** The user's roles. A role that the schema does not define grants nothing. */
  readonly roles: readonly string[];
  /** The time of the last sign-in, in seconds since the epoch. */
  readonly authTime: number;
  /** Whether the user's e-mail address is verified. */
  readonly emailVerified: boolean;
  /** The scopes of the token. A scope that no rule names grants nothing. Default: none. */
  readonly scopes?: readonly string[] | undefined;
}

/** A viewer that was checked; without scopes, the list is empty. */
export type ParsedViewer = AccessViewer & { readonly scopes: readonly string[] };

/**
 * Thrown for a viewer that is neither null nor well formed. The request must fail with an internal error, because it is
 * neither anonymous nor signed in. The message names the property and the expected form, never the value.
 */
export class InvalidViewerError extends TypeError {
  override readonly name = 'InvalidViewerError';
  /** The malformed property; null if the whole value is malformed. */
  readonly property: keyof AccessViewer | null;

  constructor(property: keyof AccessViewer | null, found: string, options?: ErrorOptions) {
    const subject = property === null ? 'it' : `\`${property}\``;
    super(`Invalid viewer: ${subject} ${found}; expected ${EXPECTED[property ?? 'viewer']}.`, options);
    this.property = property;
  }
}

const EXPECTED: Readonly<Record<keyof AccessViewer | 'viewer', string>> = {
  viewer:
    'null for an anonymous request, or an object with own properties userId, roles, authTime, emailVerified and, if it has any, scopes',
  userId: 'a non-blank string of well-formed Unicode, without control characters or leading or trailing white space',
  roles: 'an array of strings, empty for no roles',
  authTime: 'a number of seconds since the epoch, at most 5 in the future',
  emailVerified: 'true or false',
  scopes: 'an array of strings, or no such property for no scopes',
};

/** The greatest difference, in seconds, between the clocks of the token's issuer and of this machine. */
const CLOCK_TOLERANCE = 5;

/** The year 5138 in seconds. A time in milliseconds has exceeded it since 1973, so milliseconds are detected. */
const FIRST_IMPLAUSIBLE_TIME = 100_000_000_000;

/**
 * Returns null for an anonymous request, or a copy of the viewer's properties.
 *
 * Every function of the engine that takes a viewer calls this first. Adapters may be JavaScript: `undefined` for the
 * viewer, or the string "ADMINISTRATOR" for roles, would otherwise pass the checks that follow. Only own data
 * properties are read: a polluted prototype would turn `{}` into a viewer, and an accessor can return another value to
 * each check.
 * @param value the viewer that the adapter supplies
 * @param now seconds since the epoch; if omitted, `authTime` is not compared with the clock
 * @throws {InvalidViewerError} when the value is malformed
 */
export function parseViewer(value: unknown, now?: number): ParsedViewer | null {
  if (value === null) return null;
  const viewer = parseCached(value);
  // Negated, so that the comparison also fails if `now` is NaN.
  if (now !== undefined && !(viewer.authTime <= now + CLOCK_TOLERANCE))
    throw new InvalidViewerError('authTime', 'is in the future');
  return viewer;
}

interface Parsed {
  readonly source: Readonly<Record<keyof AccessViewer, unknown>>;
  readonly rolesSource: readonly unknown[];
  readonly scopesSource: readonly unknown[] | undefined;
  readonly viewer: ParsedViewer;
}

/**
 * The last viewer that was parsed: the guard parses the same one for each object of a response. It is reused only while
 * the source still has the values that were checked; a changed source is parsed again.
 */
let latest: Parsed | null = null;

function parseCached(value: unknown): ParsedViewer {
  try {
    if (latest !== null && value === latest.source && isUnchanged(latest)) return latest.viewer;
    latest = parse(value);
    return latest.viewer;
  } catch (error) {
    if (error instanceof InvalidViewerError) throw error;
    // A proxy can throw any value.
    throw new InvalidViewerError(null, 'cannot be read', { cause: error });
  }
}

function isUnchanged({ source, rolesSource, scopesSource, viewer }: Parsed): boolean {
  return (
    source.userId === viewer.userId &&
    source.authTime === viewer.authTime &&
    source.emailVerified === viewer.emailVerified &&
    source.roles === rolesSource &&
    isSameList(rolesSource, viewer.roles) &&
    source.scopes === scopesSource &&
    (scopesSource === undefined || isSameList(scopesSource, viewer.scopes))
  );
}

function isSameList(source: readonly unknown[], parsed: readonly string[]): boolean {
  return source.length === parsed.length && parsed.every((item, index) => source[index] === item);
}

function parse(value: unknown): Parsed {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new InvalidViewerError(null, `is ${kindOf(value)}`);
  // Said as such: an async function in place of `viewerOf` would otherwise read as a token without a user's id.
  if ('then' in value) throw new InvalidViewerError(null, 'is a promise, which must be awaited before');
  const userId = ownData(value, 'userId');
  if (!isUserId(userId)) throw new InvalidViewerError('userId', `is ${kindOf(userId)}`);
  const rolesSource = ownData(value, 'roles');
  const roles = parseStrings('roles', rolesSource);
  const authTime = ownData(value, 'authTime');
  if (typeof authTime !== 'number' || !(authTime >= 0 && authTime < FIRST_IMPLAUSIBLE_TIME))
    throw new InvalidViewerError('authTime', `is ${kindOf(authTime)}`);
  const emailVerified = ownData(value, 'emailVerified');
  if (typeof emailVerified !== 'boolean') throw new InvalidViewerError('emailVerified', `is ${kindOf(emailVerified)}`);
  // `in`: scopes of a polluted prototype are rejected, not ignored, as for every other property.
  const scopesSource = 'scopes' in value ? ownData(value, 'scopes') : undefined;
  const scopes = scopesSource === undefined ? [] : parseStrings('scopes', scopesSource);
  return {
    source: value as Parsed['source'],
    rolesSource: rolesSource as readonly unknown[],
    scopesSource: scopesSource as readonly unknown[] | undefined,
    viewer: { userId, roles, authTime, emailVerified, scopes },
  };
}

function ownData(value: object, property: keyof AccessViewer): unknown {
  const descriptor = Object.getOwnPropertyDescriptor(value, property);
  if (descriptor === undefined)
    throw new InvalidViewerError(property, property in value ? 'is inherited' : 'is missing');
  // Not `in`: a polluted prototype could give every descriptor a value.
  if (!Object.hasOwn(descriptor, 'value')) throw new InvalidViewerError(property, 'is an accessor');
  return descriptor.value;
}

function parseStrings(property: 'roles' | 'scopes', list: unknown): readonly string[] {
  if (!Array.isArray(list)) throw new InvalidViewerError(property, `is ${kindOf(list)}`);
  const strings: string[] = [];
  for (let index = 0; index < list.length; index++) {
    // A hole in the array would be read from the prototype.
    const item: unknown = Object.hasOwn(list, index) ? list[index] : undefined;
    if (typeof item !== 'string') throw new InvalidViewerError(property, `holds ${kindOf(item)}`);
    strings.push(item);
  }
  return strings;
}

/** Printable ASCII without white space: the usual form of an id, tested first because it is fast. */
const PLAIN_ID = /^[!-~]+$/;
const CONTROL_CHARACTER = /\p{Cc}/u;
const VISIBLE_CHARACTER = /[^\s\p{Default_Ignorable_Code_Point}]/u;

function isUserId(value: unknown): value is string {
  if (typeof value !== 'string') return false;
  if (PLAIN_ID.test(value)) return true;
  return (
    // A lone surrogate is encoded as U+FFFD, so two different ids would be equal in the database.
    value.isWellFormed() && value.trim() === value && !CONTROL_CHARACTER.test(value) && VISIBLE_CHARACTER.test(value)
  );
}

/** Describes the kind of a value without revealing the value. */
function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (value === undefined) return 'undefined';
  if (Array.isArray(value)) return 'an array';
  switch (typeof value) {
    case 'string':
      return 'a string of another form';
    case 'number':
      return 'a number out of range';
    case 'object':
      return 'an object';
    default:
      return `a ${typeof value}`;
  }
}
