import { createHash } from 'node:crypto';

/** A stored step. */
export interface Step {
  readonly userId: string;
  readonly taskId: string;
  readonly id: string;
  title: string;
  done: boolean;
  position: number;
}

/** A stored task; times are in milliseconds since the epoch. */
export interface Task {
  readonly userId: string;
  readonly id: string;
  title: string;
  description: string;
  done: boolean;
  dueAt: number | null;
  priority: 'LOW' | 'NORMAL' | 'HIGH';
  position: number;
  version: number;
  readonly createdAt: number;
  updatedAt: number;
  completedAt: number | null;
  readonly steps: Step[];
}

/** A security event; without an owner where the address was unknown. */
export interface AuthEvent {
  readonly id: string;
  readonly userId: string | null;
  readonly kind: string;
  readonly outcome: string;
  readonly address: string;
  readonly userAgent: string;
  readonly detail: string;
  readonly createdAt: number;
}

/** A user and everything they own. */
export interface DatasetUser {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: 'USER' | 'ADMIN';
  readonly createdAt: number;
  readonly tasks: Task[];
  /** Tasks that the user has deleted and can restore. */
  readonly deletedTasks: Task[];
  readonly events: readonly AuthEvent[];
}

/** The names of the users. */
export const USER_NAMES = ['alice', 'bob', 'carol'] as const;
export type UserName = (typeof USER_NAMES)[number];

/** Three users, the third an admin, with their name in every text; and events without an owner. */
export interface Dataset {
  readonly users: Readonly<Record<UserName, DatasetUser>>;
  readonly ownerlessEvents: readonly AuthEvent[];
}

const CREATED_FROM = Date.UTC(2026, 0, 1);
/** In the future, so that events recorded by the run come after these in a list sorted newest first. */
const EVENTS_FROM = Date.UTC(2090, 0, 1);
/**
 * More than the longest page plus one event before it, so that neither a page nor its `hasNextPage` reaches events that
 * the run itself records.
 */
const EVENTS_PER_KIND = 102;

/** Returns the id for a name: a UUID in the form of version 7, the same in every run. */
export function idOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return `0190${hex.slice(0, 4)}-${hex.slice(4, 8)}-7${hex.slice(8, 11)}-8${hex.slice(11, 14)}-${hex.slice(14, 26)}`;
}

/** Returns the marker that begins this user's texts: in another user's response it is a leak. */
export function markerOf(name: string): string {
  return `m4rk-${name}-`;
}

/** Creates the dataset, always the same, so that a seed identifies a run. */
export function createDataset(): Dataset {
  return {
    users: {
      alice: createUser('alice', 'USER', 6),
      bob: createUser('bob', 'USER', 4),
      carol: createUser('carol', 'ADMIN', 2),
    },
    ownerlessEvents: createEvents('anonymous', null),
  };
}

function createUser(name: UserName, role: DatasetUser['role'], taskCount: number): DatasetUser {
  const id = idOf(name);
  return {
    id,
    name: `${markerOf(name)}name`,
    email: `${markerOf(name)}email@example.com`,
    role,
    createdAt: CREATED_FROM + taskCount * 1_000,
    tasks: Array.from({ length: taskCount }, (_, index) => createTask(name, id, index)),
    deletedTasks: [createTask(name, id, 10)],
    events: createEvents(name, id),
  };
}

/** Tasks differ in every filtered or sorted field; some values occur twice, so that the id decides the order. */
function createTask(name: UserName, userId: string, index: number): Task {
  const id = idOf(`${name} task ${index}`);
  const done = index % 3 === 2;
  const at = CREATED_FROM + index * 3_600_000;
  return {
    userId,
    id,
    title: `${markerOf(name)}title ${index % 4} 100% a_b`,
    description: `${markerOf(name)}description\n${index}`,
    done,
    dueAt: index % 2 === 0 ? at + 86_400_000 : null,
    priority: (['LOW', 'NORMAL', 'HIGH'] as const)[index % 3] ?? 'LOW',
    position: -1_000 - (index % 5),
    version: index + 1,
    createdAt: at,
    updatedAt: at + 60_000 * (index % 2),
    completedAt: done ? at + 120_000 : null,
    steps: Array.from({ length: index % 3 }, (_, step) => ({
      userId,
      taskId: id,
      id: idOf(`${name} task ${index} step ${step}`),
      title: `${markerOf(name)}step ${step}`,
      done: step === 1,
      position: step + 1,
    })),
  };
}

/**
 * The kinds of events: a sign-in, and those that the API records while the attack runs. Of each there is more than a page
 * in the future, so that those do not show, whatever the filter.
 */
const EVENT_KINDS = [
  { kind: 'SIGN_IN', outcome: (index: number) => (index % 4 === 0 ? 'REFUSED' : 'SUCCEEDED') },
  { kind: 'EVERY_OWNER_READ', outcome: () => 'SUCCEEDED' },
  { kind: 'ACCESS_REFUSED', outcome: () => 'REFUSED' },
] as const;

function createEvents(name: string, userId: string | null): readonly AuthEvent[] {
  return EVENT_KINDS.flatMap(({ kind, outcome }) =>
    Array.from({ length: EVENTS_PER_KIND }, (_, index) => ({
      id: idOf(`${name} ${kind} ${index}`),
      userId,
      kind,
      outcome: outcome(index),
      address: `192.0.2.${index}`,
      userAgent: `${markerOf(name)}agent ${index}`,
      detail: `${markerOf(name)}detail`,
      // Two events per time, so that the id decides the order.
      createdAt: EVENTS_FROM + Math.floor(index / 2) * 60_000,
    })),
  );
}
