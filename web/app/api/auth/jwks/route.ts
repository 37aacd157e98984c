import { getAccounts } from '../../../../auth/auth.ts';
import { answerJwks } from '../../../../auth/jwks.ts';

export const dynamic = 'force-dynamic';

export const GET = () => answerJwks(getAccounts().keys, Math.floor(Date.now() / 1_000));
