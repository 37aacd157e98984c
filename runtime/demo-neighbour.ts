/**
 * The demo account's neighbour: an account without any way to sign in, which owns one task. `npm start` creates it where it
 * creates the demo account, so that /explore can ask for a row of another user. The ids may be known: the API answers a
 * request for the task with the same bytes whether it exists or not. Mail to `.invalid` (RFC 6761 §6.4) is never
 * delivered, so no visitor can reset the password of the account by mail.
 */
export const NEIGHBOUR = {
  id: '00000000-0000-4000-8000-000000000000',
  name: 'Neighbour',
  email: 'neighbour@fieldgate.invalid',
  task: { id: '00000000-0000-4000-8000-000000000001', title: 'You cannot see this task' },
} as const;
