import { NEIGHBOUR } from '../../../runtime/demo-neighbour.ts';

/** Lines of `schema/task.graphql`, `…` for others between them; a test compares them with the file. */
export const SDL = `type Task @owner(field: "userId") {
  title: String!
  …
}

extend type Query {
  tasks(
    userId: ID @owner
    …
  ): TaskConnection! @auth
}`;

/** A request that the schema refuses. */
export interface Attempt {
  readonly label: string;
  readonly query: string;
  /** Whether it is sent with a token of the demo account. */
  readonly asDemo: boolean;
  /** The status of the answer, and why. */
  readonly status: number;
  readonly reason: string;
}

/** The requests of the start page. */
export const ATTEMPTS: readonly [Attempt, ...Attempt[]] = [
  {
    label: 'Without a token',
    query: '{ tasks { nodes { title } } }',
    asDemo: false,
    status: 401,
    reason: 'Refused by @auth before execution: no resolver ran, and no SQL was sent.',
  },
  {
    label: 'For another user’s tasks',
    query: `{ tasks(userId: "${NEIGHBOUR.id}") { nodes { title } } }`,
    asDemo: true,
    status: 403,
    reason: 'The token is valid, but userId is not its owner’s: @owner refused it before any row was read.',
  },
];
