import { Session } from './session.ts';

export const API_URL = process.env['API_URL'] ?? 'http://localhost:4000';
const WEB_URL = process.env['WEB_URL'] ?? 'http://localhost:3000';

/** Signs in with the account that `npm start` creates on a developer's machine. */
export function demoSession(): Promise<Session> {
  const email = process.env['EMAIL'] ?? 'demo@fieldgate.example';
  return Session.signIn(WEB_URL, email, process.env['PASSWORD'] ?? 'Fieldgate-demo-1');
}
