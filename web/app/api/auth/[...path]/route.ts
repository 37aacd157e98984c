import { getAuthServices } from '../../../../auth/auth.ts';
import { handleAuthRequest } from '../../../../auth/handler.ts';

const handle = (request: Request) => handleAuthRequest(request, getAuthServices().gateway);

export { handle as GET, handle as POST };
