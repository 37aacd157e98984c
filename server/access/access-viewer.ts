/** What the engine needs to know of a caller who showed a verified token. Without one there is no viewer: null. */
export interface AccessViewer {
  /** The verified user: what owner fields and owner arguments are compared with, byte for byte. */
  readonly userId: string;
  /** What the user may be. A role that the schema does not know grants nothing. */
  readonly roles: readonly string[];
  /** When the user last proved who they are, in seconds since the epoch. */
  readonly authTime: number;
  /** Whether the user has shown that their e-mail address is theirs. */
  readonly emailVerified: boolean;
}

/**
 * Thrown when the engine receives a viewer that is neither null nor well formed. The request must fail as an internal
 * error: it is neither anonymous nor signed in. The message names the property and the expected form, never the value.
 */
export class InvalidViewerError extends TypeError {
  override readonly name = 'InvalidViewerError';
  /** The property that is malformed; null where the whole value is. */
  readonly property: keyof AccessViewer | null;

  constructor(property: keyof AccessViewer | null, found: string, options?: ErrorOptions) {
    const subject = property === null ? 'it' : `\`${property}\``;
    super(`Invalid viewer: ${subject} ${found}; expected ${EXPECTED[property ?? 'viewer']}.`, options);
    this.property = property;
  }
}

const EXPECTED: Readonly<Record<keyof AccessViewer | 'viewer', string>> = {
  viewer: 'null for an anonymous caller, or an object with own userId, roles, authTime and emailVerified',
  userId: 'a string that is not blank, of well-formed Unicode, without control characters or white space at its ends',
  roles: 'an array of strings, empty for none',
  authTime: 'a number of seconds since the epoch, at most 5 in the future',
  emailVerified: 'true or false',
};

/** The clocks of the token's issuer and of this machine may differ by so many seconds. */
const CLOCK_TOLERANCE = 5;

/** More seconds than any sign-in has: the year 5138. A time in milliseconds has exceeded it since 1973. */
const FIRST_IMPLAUSIBLE_TIME = 100_000_000_000;

/**
 * Returns the viewer as the engine uses it: null for an anonymous caller, or a copy of the four properties.
 *
 * Every function of the engine that takes a viewer parses it here first. Adapters are written in JavaScript too, and
 * `undefined` for a caller, or the string "ADMINISTRATOR" for roles, would otherwise pass the checks that follow.
 * The properties are the object's own and hold data: a polluted prototype would make a viewer of `{}`, and an accessor
 * can answer differently to each check.
 * @param value what an adapter says the caller is
 * @param now seconds since the epoch; without it, `authTime` is not compared with the clock
 * @throws {InvalidViewerError} when the value is malformed
 */
export function parseViewer(value: unknown, now?: number): AccessViewer | null {
  if (value === null) return null;
  const viewer = wellFormed(value);
  // Written so that a `now` which is not a number refuses.
  if (now !== undefined && !(viewer.authTime <= now + CLOCK_TOLERANCE))
    throw new InvalidViewerError('authTime', 'is in the future');
  return viewer;
}

interface Parsed {
  readonly source: Readonly<Record<keyof AccessViewer, unknown>>;
  readonly rolesSource: readonly unknown[];
  readonly viewer: AccessViewer;
}

/**
 * The last viewer that was parsed: the guard asks for the same one for each object of an answer. It is used again only
 * while the source still holds the very values that were checked, so a later change of it is parsed anew.
 */
let latest: Parsed | null = null;

function wellFormed(value: unknown): AccessViewer {
  try {
    if (latest !== null && value === latest.source && isUnchanged(latest)) return latest.viewer;
    latest = parse(value);
    return latest.viewer;
  } catch (error) {
    if (error instanceof InvalidViewerError) throw error;
    // A proxy can throw whatever it likes.
    throw new InvalidViewerError(null, 'cannot be read', { cause: error });
  }
}

function isUnchanged({ source, rolesSource, viewer }: Parsed): boolean {
  return (
    source.userId === viewer.userId &&
    source.authTime === viewer.authTime &&
    source.emailVerified === viewer.emailVerified &&
    source.roles === rolesSource &&
    rolesSource.length === viewer.roles.length &&
    viewer.roles.every((role, index) => rolesSource[index] === role)
  );
}

function parse(value: unknown): Parsed {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new InvalidViewerError(null, `is ${kindOf(value)}`);
  const userId = ownData(value, 'userId');
  if (!isUserId(userId)) throw new InvalidViewerError('userId', `is ${kindOf(userId)}`);
  const rolesSource = ownData(value, 'roles');
  if (!Array.isArray(rolesSource)) throw new InvalidViewerError('roles', `is ${kindOf(rolesSource)}`);
  const roles: string[] = [];
  for (let index = 0; index < rolesSource.length; index++) roles.push(roleAt(rolesSource, index));
  const authTime = ownData(value, 'authTime');
  if (typeof authTime !== 'number' || !(authTime >= 0 && authTime < FIRST_IMPLAUSIBLE_TIME))
    throw new InvalidViewerError('authTime', `is ${kindOf(authTime)}`);
  const emailVerified = ownData(value, 'emailVerified');
  if (typeof emailVerified !== 'boolean') throw new InvalidViewerError('emailVerified', `is ${kindOf(emailVerified)}`);
  return {
    source: value as Parsed['source'],
    rolesSource,
    viewer: { userId, roles, authTime, emailVerified },
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

function roleAt(roles: readonly unknown[], index: number): string {
  // A hole would be read from the prototype.
  const role = Object.hasOwn(roles, index) ? roles[index] : undefined;
  if (typeof role !== 'string') throw new InvalidViewerError('roles', `holds ${kindOf(role)}`);
  return role;
}

/** Printable ASCII without white space: what ids are made of, as a rule. */
const PLAIN_ID = /^[!-~]+$/;
const CONTROL_CHARACTER = /\p{Cc}/u;
const VISIBLE_CHARACTER = /[^\s\p{Default_Ignorable_Code_Point}]/u;

function isUserId(value: unknown): value is string {
  if (typeof value !== 'string') return false;
  if (PLAIN_ID.test(value)) return true;
  return (
    // A lone surrogate becomes U+FFFD when it is encoded: two different ids would be one in the database.
    value.isWellFormed() && value.trim() === value && !CONTROL_CHARACTER.test(value) && VISIBLE_CHARACTER.test(value)
  );
}

/** What a value is, in words that do not tell the value. */
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
