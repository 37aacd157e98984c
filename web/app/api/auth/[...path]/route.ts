import { getAuthServices } from '../../../../auth/auth-services.ts';
import { handleAuthRequest } from '../../../../auth/auth-gateway.ts';

const handle = (request: Request) => handleAuthRequest(request, getAuthServices().gateway);

export { handle as GET, handle as POST };
