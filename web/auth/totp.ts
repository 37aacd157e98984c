import { timingSafeEqual } from 'node:crypto';
import type { GenericEndpointContext } from 'better-auth';
import { symmetricDecrypt } from 'better-auth/crypto';
import { createOTP } from '@better-auth/utils/otp';

/** The length of a code, and of the time in which it is current, in seconds: Better Auth's defaults. */
export const TOTP = { digits: 6, period: 30 } as const;

/** A row of `auth.two_factor`. */
export interface TwoFactorRow {
  readonly id: string;
  readonly secret: string;
  readonly verified: boolean | null;
}

/** Returns the authenticator app of a user, confirmed or not; null if there is none. */
export function findTwoFactor(ctx: GenericEndpointContext, userId: string): Promise<TwoFactorRow | null> {
  return ctx.context.adapter.findOne<TwoFactorRow>({
    model: 'twoFactor',
    where: [{ field: 'userId', value: userId }],
  });
}

const isEqual = (one: string, other: string): boolean => {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
};

/**
 * Returns the time step of a code: the current one, the one before or the one after, as Better Auth accepts
 * (RFC 6238 §5.2); null for a wrong code.
 * @param now milliseconds since the epoch
 */
export async function stepOf(secret: string, code: string, now: number): Promise<number | null> {
  const current = Math.floor(now / 1_000 / TOTP.period);
  const otp = createOTP(secret, TOTP);
  let step: number | null = null;
  for (const candidate of [current - 1, current, current + 1])
    if (isEqual(await otp.hotp(candidate), code)) step = candidate;
  return step;
}

/** The result of `useCode`: a used code is right, but was accepted before, or is older than one that was. */
export type CodeUse = 'accepted' | 'used' | 'wrong';

/**
 * Checks a code and marks it and all earlier ones as used, in one statement: of two concurrent requests with one code,
 * one is accepted (RFC 6238 §5.2).
 */
export async function useCode(ctx: GenericEndpointContext, twoFactor: TwoFactorRow, code: string): Promise<CodeUse> {
  const secret = await symmetricDecrypt({ key: ctx.context.secretConfig, data: twoFactor.secret });
  const step = await stepOf(secret, code, Date.now());
  if (step === null) return 'wrong';
  const taken = await ctx.context.adapter.incrementOne({
    model: 'twoFactor',
    where: [
      { field: 'id', value: twoFactor.id },
      { field: 'lastUsedStep', operator: 'lt', value: step },
    ],
    increment: {},
    set: { lastUsedStep: step },
  });
  return taken ? 'accepted' : 'used';
}
