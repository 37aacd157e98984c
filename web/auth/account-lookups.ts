import 'server-only';
import { logOutage } from '../log.ts';
import { getAuthServices } from './auth-services.ts';
import { SessionUnavailable } from './session.ts';
import { type Device, devicesOf } from './sessions.ts';

/** A user as the page for administrators shows them. */
export interface KnownUser {
  readonly id: string;
  readonly email: string;
  readonly role?: unknown;
  readonly bannedAt?: Date | null;
}

type Context = Awaited<ReturnType<typeof getAuthServices>['auth']['$context']>;

/** Reads from the accounts database for a page. @throws {SessionUnavailable} if it is unavailable: see `currentSession` */
async function lookUp<Result>(read: (context: Context) => Promise<Result>): Promise<Result> {
  try {
    return await read(await getAuthServices().auth.$context);
  } catch (error) {
    logOutage(error, 'the accounts of a page could not be read');
    throw new SessionUnavailable('The accounts could not be read.', { cause: error });
  }
}

/** Returns the devices that are signed in to an account, the newest first. */
export const accountDevices = (userId: string): Promise<Device[]> =>
  lookUp(({ adapter }) => devicesOf(adapter, userId));

/** Returns the ids of the providers that an account is linked to. */
export const linkedProviders = (userId: string): Promise<string[]> =>
  lookUp(async ({ internalAdapter }) =>
    (await internalAdapter.findAccounts(userId)).map(({ providerId }) => providerId),
  );

/** Returns the users with these ids; deleted ones are missing. For administrators: call `requireAdmin` first. */
export const usersById = (ids: readonly string[]): Promise<KnownUser[]> =>
  ids.length === 0
    ? Promise.resolve([])
    : lookUp(({ adapter }) =>
        adapter.findMany<KnownUser>({
          model: 'user',
          where: [{ field: 'id', operator: 'in', value: [...ids] }],
          limit: ids.length,
        }),
      );

/** Returns the user with an e-mail address; null without one. For administrators: call `requireAdmin` first. */
export const userByEmail = (email: string): Promise<KnownUser | null> =>
  lookUp(({ adapter }) =>
    adapter.findOne<KnownUser>({ model: 'user', where: [{ field: 'email', value: email.toLowerCase() }] }),
  );

/** Returns whether an account with an e-mail address exists. Its answer is for pages about the demo account only. */
export const accountExists = async (email: string): Promise<boolean> => (await userByEmail(email)) !== null;
