import type { GenericEndpointContext } from 'better-auth';
import { generateRandomString } from 'better-auth/crypto';
import { hasLink, type LinkKind } from '../mail/mail-kind.ts';
import { LINK_MINUTES, mailText } from '../mail/mail-text.ts';
import type { ComposeMail, QueuedMail } from '../mail/mail-worker.ts';
import type { RateLimit, TakeAttempt } from './rate-limit.ts';

/** The most notices of one kind to one account: a client that signs in again and again must not fill a mailbox. */
const NOTICE_LIMIT: RateLimit = { most: 5, window: 3_600_000 };

/** The characters of a link's token: 62^32 is more than 2^190. */
const TOKEN_LENGTH = 32;

/** The page that a link opens, and the prefix under which Better Auth stores its token. */
const LINKS: Readonly<Record<LinkKind, { readonly page: string; readonly prefix: string }>> = {
  // The prefix of Better Auth's own endpoint /reset-password.
  RESET_PASSWORD: { page: '/reset-password', prefix: 'reset-password' },
  VERIFY_EMAIL: { page: '/verify-email', prefix: 'verify-email' },
  CONFIRM_NEW_EMAIL: { page: '/verify-email', prefix: 'verify-email' },
};

type InternalAdapter = GenericEndpointContext['context']['internalAdapter'];

/** What mails are composed from. */
export interface ComposerOptions {
  readonly webUrl: string;
  readonly users: Pick<InternalAdapter, 'findUserById' | 'findUserByEmail' | 'createVerificationValue'>;
  readonly takeAttempt: TakeAttempt;
}

/**
 * Creates the function that composes mails. It makes a link's token when its mail is sent; the database has only a hash
 * (`verification.storeIdentifier`). The token is in the fragment of the link, which browsers send to no server: it gets
 * into no log of a proxy, and into no Referer header.
 */
export function mailComposer({ webUrl, users, takeAttempt }: ComposerOptions): ComposeMail {
  async function makeLink(kind: LinkKind, userId: string, address: string): Promise<string> {
    const { page, prefix } = LINKS[kind];
    const token = generateRandomString(TOKEN_LENGTH, 'a-z', 'A-Z', '0-9');
    await users.createVerificationValue({
      identifier: `${prefix}:${token}`,
      // Both forms start with the user's id: `auth.void_links` finds them.
      value: kind === 'RESET_PASSWORD' ? userId : `${userId} ${address}`,
      expiresAt: new Date(Date.now() + LINK_MINUTES[kind] * 60_000),
    });
    return `${webUrl}${page}#${token}`;
  }

  async function isDue({ kind, attempts }: QueuedMail, user: { id: string; emailVerified: boolean }, to: string) {
    if (kind === 'VERIFY_EMAIL') return !user.emailVerified;
    // Another account has the address: no mail is sent, and the requester gets the same answer.
    if (kind === 'CONFIRM_NEW_EMAIL') return (await users.findUserByEmail(to)) === null;
    if (kind === 'RESET_PASSWORD' || attempts > 1) return true;
    return (await takeAttempt(`mail ${kind} ${user.id}`, NOTICE_LIMIT)) === null;
  }

  return async (queued) => {
    const { id, kind, userId, address, createdAt } = queued;
    const user =
      userId === null ? (await users.findUserByEmail(address ?? ''))?.user : await users.findUserById(userId);
    if (!user) return null;
    const to = address ?? user.email;
    if (!(await isDue(queued, user, to))) return null;
    const link = hasLink(kind) ? await makeLink(kind, user.id, to) : '';
    return { id, to, ...mailText(kind, { webUrl, at: createdAt, link }) };
  };
}
