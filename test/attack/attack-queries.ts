import { writeRequest } from './attack-request.ts';
import { simplerRequests, type Attempt, type AttackRunner } from './attack-runner.ts';
import type { PlannedRequest } from './generate-requests.ts';
import type { Dataset } from './dataset.ts';

/** Enough to keep both processes busy. */
const CONCURRENCY = 8;

/** Sends queries until none are left or `enough` returns true; calls `found` with each wrong response, minimized. */
export async function attackQueries(
  runner: AttackRunner,
  dataset: Dataset,
  planned: Iterator<PlannedRequest>,
  isDone: () => boolean,
  onFinding: (attempt: Attempt) => void,
): Promise<void> {
  const worker = async () => {
    for (let next = planned.next(); !next.done && !isDone(); next = planned.next()) {
      const prepared = runner.prepare(next.value, dataset);
      if (prepared === null) continue;
      const attempt = await runner.send(prepared.request, prepared.client, dataset);
      if (attempt.finding !== null) onFinding(await shrink(runner, dataset, next.value, attempt));
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
}

/** Returns the smallest request that still gets a wrong response. */
async function shrink(
  runner: AttackRunner,
  dataset: Dataset,
  { attack, audience }: PlannedRequest,
  attempt: Attempt,
): Promise<Attempt> {
  for (const candidate of simplerRequests(attack)) {
    const request = writeRequest(candidate, runner.parties(attempt.client, dataset));
    const again = await runner.send(request, attempt.client, dataset);
    if (again.finding !== null) return shrink(runner, dataset, { attack: candidate, audience }, again);
  }
  return attempt;
}
