import { getAccounts } from '../../../../auth/auth.ts';
import { handleAuthRequest } from '../../../../auth/handler.ts';

const handle = (request: Request) => handleAuthRequest(request, getAccounts().auth.handler);

export { handle as GET, handle as POST };
