import { parentPort, workerData } from 'node:worker_threads';
import { connectLoadClient, type LoadClient } from '../measure/load-client.ts';
import { type AttackRequest, attackRequests, bytesOf, NONCE } from './attack-requests.ts';

/** What the attacker receives. */
export interface AttackerData {
  readonly port: number;
  /** One connection, from its own address, for each token; null for an anonymous client. */
  readonly tokens: readonly (string | null)[];
}

/** What it answers when it has stopped: responses by status; 0 is a connection that the server closed. */
export type AttackCounts = Readonly<Record<number, number>>;

const DIGITS = 6;

const { port, tokens } = workerData as AttackerData;
const corpus = attackRequests();
const bytes = tokens.map((token, index) => corpus.map((attack) => bytesOf(attack, `198.18.0.${index + 1}`, token)));
const state = { isPlaying: false };
let nonce = 0;
let counts: Record<number, number> = {};

/** Plays the corpus over and over on one connection; a connection that the server closes is opened again. */
async function play(connection: number): Promise<void> {
  let client: LoadClient | undefined;
  for (let index = connection * 7; state.isPlaying; index++) {
    const at = index % corpus.length;
    try {
      client ??= await connectLoadClient(port, 1);
      const { status } = await client.send(withNonce(corpus[at] as AttackRequest, bytes[connection]?.[at] as Buffer));
      counts[status] = (counts[status] ?? 0) + 1;
    } catch {
      client?.close();
      client = undefined;
      counts[0] = (counts[0] ?? 0) + 1;
    }
  }
  client?.close();
}

/** Replaces the nonce in place: each document is one that the server has not seen. */
function withNonce({ nonceAt, body }: AttackRequest, request: Buffer): Buffer {
  if (nonceAt < 0) return request;
  nonce = (nonce + 1) % 10 ** DIGITS;
  request.write(String(nonce).padStart(DIGITS, '0'), request.length - body.length + nonceAt + NONCE.length - DIGITS);
  return request;
}

let playing: Promise<unknown> = Promise.resolve();
parentPort?.on('message', async (message: 'play' | 'stop') => {
  if (message === 'play') {
    state.isPlaying = true;
    counts = {};
    playing = Promise.all(tokens.map((_, connection) => play(connection)));
    return;
  }
  state.isPlaying = false;
  await playing;
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin
  parentPort?.postMessage(counts satisfies AttackCounts);
});
