import { inRoot } from '../../server/operations/paths.ts';
import type { Benchmark, Table } from './benchmark.ts';
import { chosenParts } from './chosen-parts.ts';
import { OPERATIONS } from './engines/contestants/corpus.mjs';
import { type Checked, type Cost, EngineProcess } from './engines/engine-process.ts';
import { installPeers, peerVersions } from './peers/install-peers.ts';
import { median, spread } from './statistics.ts';

/** The engines, and what executes beside each in the same process without it. */
const ENGINES = {
  fieldgate: { title: 'Fieldgate', host: 'graphql-js' },
  'graphql-shield': { title: 'graphql-shield', host: 'graphql-js' },
  'pothos-scope-auth': { title: 'Pothos scope-auth', host: 'graphql-js' },
  'generic-auth': { title: '@envelop/generic-auth', host: 'Envelop' },
  'mercurius-auth': { title: 'mercurius-auth', host: 'Mercurius' },
} as const;
type EngineName = keyof typeof ENGINES;
const NAMES = Object.keys(ENGINES) as EngineName[];

const OPERATION_TITLES = Object.keys(OPERATIONS);

const ROUNDS = 9;
const CALLS = 4_000;
const CONTESTANTS = 'contestants';

/** Compares the access engine with others: wrong answers, and processor time of the same rules. */
export const engines: Benchmark = {
  about: 'wrong answers and processor time beside other authorization engines; installs them, about 2 minutes',
  isOptIn: true,
  parts: NAMES,
  async run({ log, signal, only, rounds = ROUNDS }) {
    const installed = await installPeers({ benchmark: 'engines', programs: CONTESTANTS }, log, signal);
    const chosen = chosenParts(NAMES, only);
    await using started = new AsyncDisposableStack();
    const processes = new Map<EngineName, EngineProcess>();
    for (const name of chosen) {
      // This repository's engine runs where graphql is the copy that it imports.
      const folder = name === 'fieldgate' ? inRoot('tools/bench/engines', CONTESTANTS) : installed;
      const contestant = new EngineProcess(name, folder);
      started.defer(() => contestant.stop());
      await contestant.ready;
      processes.set(name, contestant);
    }

    const answers = new Map<EngineName, Checked>();
    for (const [name, contestant] of processes) answers.set(name, await contestant.check());
    const costs = new Map<string, Cost[]>();
    for (let round = -1; round < rounds; round++) {
      log(round < 0 ? 'Warming up' : `Round ${round + 1} of ${rounds}`);
      for (const operation of OPERATION_TITLES)
        for (let offset = 0; offset < chosen.length; offset++) {
          signal.throwIfAborted();
          const name = chosen[(round + 1 + offset) % chosen.length] as EngineName;
          const cost = await processes.get(name)?.measure(operation, CALLS);
          const key = `${name} ${operation}`;
          if (round >= 0 && cost) costs.set(key, [...(costs.get(key) ?? []), cost]);
        }
    }
    return {
      notes: notes(answers, rounds),
      tables: [answerTable(answers), ...OPERATION_TITLES.map((operation) => costTable(operation, chosen, costs))],
    };
  },
};

function answerTable(answers: ReadonlyMap<EngineName, Checked>): Table {
  return {
    title: 'Answers to the corpus',
    columns: ['engine', 'requests', 'wrong', 'leaked', 'refused falsely', 'refused, but resolvers ran'],
    rows: [...answers].map(([name, { requests, wrong, partial }]) => {
      const leaked = wrong.filter((what) => what.startsWith('leaked')).length;
      return [ENGINES[name].title, requests, wrong.length, leaked, wrong.length - leaked, partial];
    }),
  };
}

function costTable(
  operation: string,
  chosen: readonly EngineName[],
  costs: ReadonlyMap<string, readonly Cost[]>,
): Table {
  return {
    title: `Processor time of an operation: ${operation}`,
    columns: ['engine', 'host', 'host alone, µs', 'with the engine, µs', 'added, µs', '±'],
    rows: chosen.map((name) => {
      const measured = costs.get(`${name} ${operation}`) ?? [];
      const added = measured.map(({ engine, bare }) => engine - bare);
      return [
        ENGINES[name].title,
        ENGINES[name].host,
        median(measured.map(({ bare }) => bare)),
        median(measured.map(({ engine }) => engine)),
        median(added),
        spread(added),
      ];
    }),
  };
}

function notes(answers: ReadonlyMap<EngineName, Checked>, rounds: number): readonly string[] {
  return [
    `In process, without HTTP: parsed and validated documents are cached. Medians of ${rounds} rounds of ${CALLS} calls; the engines take turns, each with its host alone beside it. ± is half the interquartile range.`,
    'The same schema, resolvers and rules: signed in, a role, the own id in an argument and in an input object, and rows of the caller. The resolvers check nothing. generic-auth has no rules on arguments and rows.',
    'Wrong: a secret leaves in the answer to a refused request, or an allowed request is refused. For refused operations, the host alone runs the resolver.',
    ...[...answers].flatMap(([name, { wrong }]) => wrong.map((what) => `${ENGINES[name].title} ${what}`)),
    `Packages: ${peerVersions('engines')}.`,
  ];
}
