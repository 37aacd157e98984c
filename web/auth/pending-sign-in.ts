import type { GenericEndpointContext } from 'better-auth';

/** Returns the user of the sign-in that waits for a second factor; null if there is none or it is too old. */
export async function pendingUserId(ctx: GenericEndpointContext): Promise<string | null> {
  const { name } = ctx.context.createAuthCookie('two_factor');
  const identifier = await ctx.getSignedCookie(name, ctx.context.secret);
  // Other signed cookies have the same secret: their values are not accepted here.
  if (!identifier || !identifier.startsWith('2fa-')) return null;
  const pending = await ctx.context.internalAdapter.findVerificationValue(identifier);
  return pending && pending.expiresAt > new Date() ? pending.value : null;
}
