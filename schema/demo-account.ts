/**
 * The demo account: `npm start` creates it where both origins are loopback origins, and prints its credentials. Its
 * password is public, so the web app refuses its sign-in on every other origin.
 */
export const DEMO_ACCOUNT = {
  name: 'Demo',
  email: 'demo@fieldgate.example',
  password: 'Fieldgate-demo-1',
} as const;
