import { expect, test } from 'vitest';
import { MAX_REFUSALS } from '../../refusal.ts';
import { createCorpus, type CorpusPart, type CorpusRequest } from './corpus.ts';
import { createModel, type ExpectedAnswer, type ExpectedAnswers } from './corpus-model.ts';
import { corpusSchema } from './corpus-schema.ts';
import type { ServerTraits } from './describe-scenarios.ts';
import {
  noAlarms,
  type RunningServer,
  send,
  type StartServer,
  suiteOptions,
  type SuiteBody,
  type SuiteResponse,
} from './start-server.ts';

const STATUS: Readonly<Record<string, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  EMAIL_NOT_VERIFIED: 403,
  STEP_UP_REQUIRED: 401,
};
const TIMEOUT = { timeout: 60_000 };

/** Describes the answers to the generated corpus: each is compared with the model. */
export function describeCorpus(name: string, start: StartServer, traits: ServerTraits = {}): void {
  const corpus = createCorpus();
  const toAnswer = (body: SuiteBody, status: number | null, expected: ExpectedAnswer) =>
    expected.kind === 'invalid' ? { status, data: body.data ?? null, errors: [] } : summaryOf(body, status, expected);

  test(`${name} gives no wrong answer to the corpus, cached documents included`, TIMEOUT, async () => {
    const counts = new Map<string, number>();
    await forEachPart(corpus, async (part, model) => {
      const server = await start(corpusSchema(part.sdl), suiteOptions(noAlarms()));
      try {
        for (const request of part.requests) {
          const expected = await model(request);
          const kinds = [expected.enforced.kind, ...(expected.nulled.size > 0 ? ['nulled'] : [])];
          for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
          const { status, body } = await ask(server, request);
          if (traits.coercesFirst === true && expected.hasInvalidVariables && body.data == null) continue;
          expect(toAnswer(body, status, expected.enforced), textOf(part, request)).toEqual(
            expectedSummary(expected.enforced),
          );
        }
      } finally {
        await server.stop();
      }
    });
    for (const kind of ['data', 'nulled', 'refused', 'invalid', 'breach'])
      expect(counts.get(kind) ?? 0, kind).toBeGreaterThan(10);
  });

  test.runIf(traits.hasBatches)(`${name} gives no wrong answer to the corpus in batches`, TIMEOUT, async () => {
    await forEachPart(corpus.slice(0, 4), async (part, model) => {
      const server = await start(corpusSchema(part.sdl), suiteOptions(noAlarms()));
      try {
        for (const batch of batchesOf(part.requests)) {
          const [{ viewer, foreign }] = batch;
          const token = viewer === null ? null : JSON.stringify(viewer);
          const { body } = await send(server, batch.map(toBody), { token, foreign });
          const bodies = body as unknown as readonly SuiteBody[];
          for (const [index, request] of batch.entries()) {
            const expected = await model({ ...request, foreign });
            if (traits.coercesFirst === true && expected.hasInvalidVariables) continue;
            const summary = toAnswer(bodies[index] ?? {}, null, expected.enforced);
            expect(summary, textOf(part, request)).toEqual({ ...expectedSummary(expected.enforced), status: null });
          }
        }
      } finally {
        await server.stop();
      }
    });
  });

  test(`${name} reports in report mode exactly what it would refuse, and executes it`, TIMEOUT, async () => {
    await forEachPart(corpus.slice(0, 4), async (part, model) => {
      const alarms = noAlarms();
      const server = await start(corpusSchema(part.sdl), suiteOptions(alarms, 'report'));
      expect(alarms.warnings).toEqual([expect.stringContaining('NOT enforced')]);
      try {
        for (const request of part.requests) {
          const expected = await model(request);
          alarms.reports.length = 0;
          const { status, body } = await ask(server, request);
          if (traits.coercesFirst === true && expected.hasInvalidVariables) continue;
          const subject = textOf(part, request);
          expect(toAnswer(body, status, expected.reported), subject).toEqual(expectedSummary(expected.reported));
          const reports = alarms.reports.map(({ errors, status: wouldBe }) => [
            wouldBe,
            ...errors
              .map(({ extensions }) => `${String(extensions['code'])} ${String(extensions['coordinate'])}`)
              .toSorted(),
          ]);
          expect(reports, subject).toEqual(expectedReports(expected));
        }
      } finally {
        await server.stop();
      }
    });
  });
}

async function forEachPart(
  corpus: readonly CorpusPart[],
  run: (part: CorpusPart, model: (request: CorpusRequest) => Promise<ExpectedAnswers>) => Promise<void>,
): Promise<void> {
  for (const part of corpus) await run(part, createModel(part));
}

function ask(server: RunningServer, request: CorpusRequest): Promise<SuiteResponse> {
  const { viewer, foreign, method } = request;
  return send(server, toBody(request), { token: viewer === null ? null : JSON.stringify(viewer), foreign, method });
}

function toBody({ query, operationName, variables }: CorpusRequest) {
  return { query, ...(operationName !== undefined && { operationName }), variables };
}

/** Returns requests of one caller each, at most seven together. */
function batchesOf(requests: readonly CorpusRequest[]): readonly (readonly [CorpusRequest, ...CorpusRequest[]])[] {
  const byViewer = Map.groupBy(requests, ({ viewer }) => JSON.stringify(viewer));
  return [...byViewer.values()].flatMap((own) => {
    const [first, ...others] = own.slice(0, 7);
    return first === undefined ? [] : [[first, ...others] as const];
  });
}

/** Returns the status and the errors of each expected report. */
function expectedReports({ enforced, nulled }: ExpectedAnswers): readonly (readonly (string | number | null)[])[] {
  if (enforced.kind === 'refused') {
    const { status, errors } = expectedSummary(enforced);
    return [[status, ...errors]];
  }
  const errors = [...nulled].map(([coordinate, code]) => `${code} ${coordinate}`);
  return errors.length === 0 ? [] : [[200, ...errors.toSorted()]];
}

interface AnswerSummary {
  readonly status: number | null;
  readonly data: unknown;
  readonly errors: readonly string[];
}

/** Returns the parts of an answer in which the servers agree. */
function summaryOf(body: SuiteBody, status: number | null, expected: ExpectedAnswer): AnswerSummary {
  const isRefused = expected.kind === 'refused';
  const errors = (body.errors ?? []).map(({ extensions: { code, coordinate } = {}, path = [] }) =>
    // Apollo gives every other error of a resolver the code of an internal error.
    [expected.kind !== 'data' || String(code) in STATUS ? code : '', isRefused ? coordinate : '', ...path]
      .join(' ')
      .trim(),
  );
  return { status, data: body.data ?? null, errors: errors.toSorted() };
}

function expectedSummary(expected: ExpectedAnswer): AnswerSummary {
  switch (expected.kind) {
    case 'refused': {
      const errors = [...expected.coordinates]
        .slice(0, MAX_REFUSALS)
        .map((coordinate) => `${expected.reason} ${coordinate}`);
      return { status: STATUS[expected.reason] ?? 0, data: null, errors: errors.toSorted() };
    }
    case 'invalid':
      return { status: 400, data: null, errors: [] };
    case 'breach':
      return { status: 500, data: null, errors: ['INTERNAL_SERVER_ERROR'] };
    case 'data': {
      const { result } = expected;
      const body = JSON.parse(JSON.stringify(result)) as SuiteBody;
      return summaryOf(body, 200, expected);
    }
  }
}

function textOf({ sdl }: CorpusPart, { query, operationName, variables, viewer, foreign }: CorpusRequest): string {
  return `${sdl}\n${query}\n${JSON.stringify({ operationName, variables, viewer, foreign })}`;
}
