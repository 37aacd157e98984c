import { getAccounts } from '../../../../auth/auth.ts';
import { handleAuthRequest } from '../../../../auth/handler.ts';

const handle = (request: Request) => handleAuthRequest(request, getAccounts().door);

export { handle as GET, handle as POST };
