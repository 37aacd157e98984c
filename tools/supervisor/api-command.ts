import { inRoot } from '../../server/operations/paths.ts';

/** The script of one API process. */
export const API_SCRIPT = inRoot('server/main.ts');

/**
 * Node's flags of each API process (docs/decisions/068):
 * - an idle process collects the garbage of its start itself (server/operations/release-memory.ts);
 * - the largest size of half the young generation, in MB: Node 24 has 32, of which a process gives nothing back; with 8,
 *   the objects of concurrent requests reach the old generation, and a request costs a fifth more;
 * - the old generation may double, not quadruple, before it is collected.
 */
export const API_FLAGS: readonly string[] = ['--expose-gc', '--max-semi-space-size=16', '--heap-growing-percent=100'];

/** The arguments of Node that start one API process. */
export const API_COMMAND: readonly string[] = [...API_FLAGS, API_SCRIPT];
