import type { CpuProfile, ProfileNode } from '../measure/inspector.ts';

/** The stages of a request, in the order of the comment in server/app.ts, and what belongs to none of them. */
export const STAGES = [
  'socket',
  'HTTP',
  'token',
  'Apollo',
  'document',
  'decision',
  'execution',
  'data',
  'wire',
  'JSON',
  'log',
  'metrics',
  'event loop',
  'garbage',
  'native code',
  'other',
] as const;

/** A stage of a request. */
export type Stage = (typeof STAGES)[number];

/** A rule names the stage of the functions in certain files. The first that matches applies. */
const FILES: readonly (readonly [RegExp, Stage])[] = [
  [/^node:(net|stream|internal\/(stream_base_commons|streams|net|js_stream))/, 'socket'],
  [/^node:(_http|http|internal\/http)/, 'HTTP'],
  [/^node:/, 'event loop'],
  [/\/node_modules\/@apollo\//, 'Apollo'],
  [/\/node_modules\/graphql\/(language|validation)\//, 'document'],
  [/\/node_modules\/graphql\//, 'execution'],
  [/\/node_modules\/pg/, 'wire'],
  [/\/node_modules\/(pino|sonic-boom|thread-stream|fast-redact|safe-stable-stringify|on-exit-leak-free)/, 'log'],
  [/\/node_modules\/(prom-client|@opentelemetry|tdigest)/, 'metrics'],
  [/\/node_modules\/(jose)\//, 'token'],
  [/\/node_modules\/(fastify|@fastify|find-my-way|avvio|fast-|secure-json|light-my-request|process-warning)/, 'HTTP'],
  [/\/server\/http\/(logger|server-events)\.ts$/, 'log'],
  [/\/server\/http\/(metrics|limit-metrics|request-tracing)\.ts$|\/runtime\/(tracing|metrics)/, 'metrics'],
  [/\/server\/authentication\/|\/server\/http\/authenticate-request\.ts$|\/data\/revocation\//, 'token'],
  [/\/server\/http\/apollo-server\.ts$/, 'Apollo'],
  [
    /\/server\/document-manifest\.ts$|\/server\/http\/(document-|request-document|trusted-documents|cost-|work-scheduler|access-document)/,
    'document',
  ],
  [
    /\/server\/(access\/(execute|guard|split-introspection|introspection-schema)|execution\/|resolvers\/|http\/executor)/,
    'execution',
  ],
  [/\/server\/access\//, 'decision'],
  [/\/server\/data\/pg\//, 'wire'],
  [/\/server\/data\/|\/node_modules\/typeorm\/|\/runtime\/keyed-semaphore\.ts$/, 'data'],
  [/\/(server\/http|runtime\/http)\//, 'HTTP'],
];

/** Functions of Node and V8 themselves, which have no file. Others without one belong to the function that called them. */
const NATIVE: Readonly<Record<string, Stage | null>> = {
  stringify: 'JSON',
  parse: 'JSON',
  writev: 'socket',
  writeBuffer: 'socket',
  writeUtf8String: 'socket',
  writeLatin1String: 'socket',
  '(garbage collector)': 'garbage',
  '(program)': 'native code',
  '(root)': 'native code',
  // Not at work.
  '(idle)': null,
};

/** Returns the part of the sampled work that each stage took; the parts sum up to 1. */
export function stageShares({ nodes }: CpuProfile): Readonly<Record<Stage, number>> {
  const hits = Object.fromEntries(STAGES.map((stage) => [stage, 0])) as Record<Stage, number>;
  const byId = new Map(nodes.map((node) => [node.id, node]));
  let total = 0;
  const walk = (node: ProfileNode, caller: Stage) => {
    const stage = stageOf(node, caller);
    const count = stage === null ? 0 : (node.hitCount ?? 0);
    hits[stage ?? caller] += count;
    total += count;
    for (const child of node.children ?? []) {
      const called = byId.get(child);
      if (called !== undefined) walk(called, stage ?? caller);
    }
  };
  const [root] = nodes;
  if (root !== undefined) walk(root, 'other');
  return Object.fromEntries(STAGES.map((stage) => [stage, hits[stage] / total])) as Record<Stage, number>;
}

/** Returns the stage of a function; null if it is no work. */
function stageOf({ callFrame: { functionName, url } }: ProfileNode, caller: Stage): Stage | null {
  if (url !== '') return FILES.find(([pattern]) => pattern.test(url))?.[1] ?? 'other';
  const native = NATIVE[functionName];
  return native === undefined ? caller : native;
}
