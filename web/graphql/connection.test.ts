import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Connection, type ConnectionState } from './connection.ts';

const disconnects: (() => void)[] = [];
let targets: { readonly window: EventTarget; readonly document: EventTarget };

/** A connection to a server that answers or not, with the probes that it has sent and its states. */
function connectionTo(server: { answers: boolean; online?: boolean; random?: number }) {
  const probes: number[] = [];
  const states: ConnectionState[] = [];
  const connection = new Connection({
    probe: async () => {
      probes.push(Date.now());
      if (server.answers) connection.reportAnswer();
      else connection.reportFailure();
    },
    isOnline: () => server.online ?? true,
    random: () => server.random ?? 1,
  });
  connection.subscribe(() => states.push(connection.state));
  disconnects.push(connection.connect());
  return { connection, probes, states };
}

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  targets = { window: new EventTarget(), document: Object.assign(new EventTarget(), { visibilityState: 'visible' }) };
  vi.stubGlobal('window', targets.window);
  vi.stubGlobal('document', targets.document);
});
afterEach(() => {
  for (const disconnect of disconnects.splice(0)) disconnect();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('Connection', () => {
  // covers: AWAY-02
  test('a request without an answer means away if the browser has a network, and offline if it has none', () => {
    const server = { answers: false, online: true };
    const { connection, states } = connectionTo(server);
    connection.reportFailure();
    server.online = false;
    connection.reportFailure();
    expect(states).toEqual(['away', 'offline']);
  });

  // covers: AWAY-02
  test('the browser’s word that it is offline is checked by a probe: an answer proves the contrary', async () => {
    const server = { answers: true, online: false };
    const { connection, probes } = connectionTo(server);
    targets.window.dispatchEvent(new Event('offline'));
    await vi.advanceTimersByTimeAsync(0);
    expect([probes.length, connection.state]).toEqual([1, 'connected']);
    server.answers = false;
    targets.window.dispatchEvent(new Event('offline'));
    await vi.advanceTimersByTimeAsync(0);
    expect([probes.length, connection.state]).toEqual([2, 'offline']);
  });

  // covers: AWAY-02
  test('probes are sent after 1, 2, 4, 8, 16 and then every 30 seconds', async () => {
    const { connection, probes } = connectionTo({ answers: false });
    connection.reportFailure();
    await vi.advanceTimersByTimeAsync(121_000);
    const waits = probes.map((at, i) => at - (probes[i - 1] ?? 0));
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  });

  // covers: AWAY-02
  test('the time of a probe is random: browsers that lost the server together do not come back together', async () => {
    const { connection, probes } = connectionTo({ answers: false, random: 0 });
    connection.reportFailure();
    await vi.advanceTimersByTimeAsync(1_500);
    expect(probes).toEqual([500, 1_500]);
  });

  test('failures of other requests neither add probes nor postpone the next one', async () => {
    const { connection, probes } = connectionTo({ answers: false });
    connection.reportFailure();
    await vi.advanceTimersByTimeAsync(900);
    for (let i = 0; i < 5; i += 1) connection.reportFailure();
    await vi.advanceTimersByTimeAsync(200);
    expect(probes).toEqual([1_000]);
  });

  // covers: AWAY-02
  test('a hidden page sends no probe until it is visible', async () => {
    const { connection, probes } = connectionTo({ answers: false });
    Object.assign(targets.document, { visibilityState: 'hidden' });
    connection.reportFailure();
    await vi.advanceTimersByTimeAsync(120_000);
    expect(probes).toEqual([]);
    Object.assign(targets.document, { visibilityState: 'visible' });
    targets.document.dispatchEvent(new Event('visibilitychange'));
    expect(probes).toEqual([120_000]);
  });

  // covers: LIST-15
  test('an answer after a failure is a return: it is reported once, and shown for a while', async () => {
    const server = { answers: false };
    const { connection, probes, states } = connectionTo(server);
    let returns = 0;
    connection.onReturn(() => (returns += 1));
    connection.reportAnswer();
    connection.reportFailure();
    server.answers = true;
    await vi.advanceTimersByTimeAsync(1_000);
    connection.reportAnswer();
    await vi.advanceTimersByTimeAsync(60_000);
    expect([probes.length, returns, states]).toEqual([1, 1, ['away', 'returned', 'connected']]);
  });

  test('after a return the waits start anew', async () => {
    const server = { answers: false };
    const { connection, probes } = connectionTo(server);
    connection.reportFailure();
    await vi.advanceTimersByTimeAsync(7_000);
    server.answers = true;
    await vi.advanceTimersByTimeAsync(8_000);
    expect(connection.state).toBe('returned');
    server.answers = false;
    connection.reportFailure();
    const lostAt = Date.now();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(probes.at(-1)).toBe(lostAt + 1_000);
  });

  test('checks at the same time share a probe, and resolve to whether the server answers', async () => {
    const server = { answers: false };
    const { connection, probes } = connectionTo(server);
    expect(await Promise.all([connection.check(), connection.check()])).toEqual([false, false]);
    expect(probes).toHaveLength(1);
    server.answers = true;
    expect(await connection.check()).toBe(true);
  });

  test('a connection that was disconnected sends no probe', async () => {
    const probes: number[] = [];
    const connection = new Connection({ probe: async () => void probes.push(1), isOnline: () => true });
    const disconnect = connection.connect();
    connection.reportFailure();
    disconnect();
    await vi.advanceTimersByTimeAsync(60_000);
    expect([probes, vi.getTimerCount()]).toEqual([[], 0]);
  });
});
