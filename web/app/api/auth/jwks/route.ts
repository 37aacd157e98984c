import { getAuthServices } from '../../../../auth/auth-services.ts';
import { jwksResponse } from '../../../../auth/jwks-response.ts';

export const dynamic = 'force-dynamic';

export const GET = () => jwksResponse(getAuthServices().keys, Math.floor(Date.now() / 1_000));
