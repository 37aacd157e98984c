import { NEIGHBOUR } from '../../../runtime/demo-neighbour.ts';

/** Who sends a request: the signed-in user, or a client without a token. */
export type Sender = 'viewer' | 'anonymous';

/** A request of the row above the editor. */
export interface PreparedRequest {
  readonly label: string;
  /** What the API answers a signed-in user: a status, or `null` for a field that is null. */
  readonly expected: string;
  readonly sender: Sender;
  readonly query: string;
}

const MINE = `query YourTasks {
  viewer { name }
  tasks(first: 3) {
    totalCount
    nodes { id title done }
  }
}`;

/** One request for each kind of answer. */
export const PREPARED_REQUESTS: readonly PreparedRequest[] = [
  { label: 'Your tasks', expected: '200', sender: 'viewer', query: MINE },
  {
    label: 'Another user’s tasks',
    expected: '403',
    sender: 'viewer',
    query: `query AnotherUsersTasks {
  tasks(userId: "${NEIGHBOUR.id}") {
    nodes { title }
  }
}`,
  },
  { label: 'Without a token', expected: '401', sender: 'anonymous', query: MINE },
  {
    label: 'A row of another user',
    expected: 'null',
    sender: 'viewer',
    query: `query RowOfAnotherUser {
  task(id: "${NEIGHBOUR.task.id}") {
    title
  }
}`,
  },
  {
    label: 'An administrator’s',
    expected: '403',
    sender: 'viewer',
    query: `query AdministratorsLog {
  securityLog(first: 3) {
    nodes { kind createdAt }
  }
}`,
  },
];

/** What the editor shows at first. */
export const FIRST_QUERY =
  '# Choose a request above, or write your own.\n# The documentation on the left says\n# what each field requires.\n';
