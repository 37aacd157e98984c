import { inRoot } from '../../server/operations/paths.ts';

/** The script of one API process. */
export const API_SCRIPT = inRoot('server/main.ts');

/**
 * Node's flags of each API process: the largest size of half the young generation, in MB. Node 24 has 32, of which a process
 * gives nothing back; with 8, the objects of concurrent requests reach the old generation, and a request costs a fifth more.
 */
export const API_FLAGS: readonly string[] = ['--max-semi-space-size=16'];

/** The arguments of Node that start one API process. */
export const API_COMMAND: readonly string[] = [...API_FLAGS, API_SCRIPT];
