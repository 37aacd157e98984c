import {
  createContextKey,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Tracer,
} from '@opentelemetry/api';
import { ExportResultCode, parseTraceParent } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  RandomIdGenerator,
  type Sampler,
  SamplingDecision,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { RequestSpanOptions, SpanAttributes, TraceSpan, Tracing } from './tracing.ts';

/** The names of OTEL_TRACES_SAMPLER. */
export type SamplerName = `${'' | 'parentbased_'}${'always_on' | 'always_off' | 'traceidratio'}`;

/** Options of `createTracing`. */
export interface OtlpOptions {
  /** The base URL of the receiver; spans are posted to `/v1/traces` below it. */
  readonly endpoint: string;
  readonly serviceName: string;
  readonly sampler: SamplerName;
  /** The share of traces that `traceidratio` records, from 0 to 1. */
  readonly ratio: number;
  readonly onFailure: (error: unknown) => void;
}

/** Marks a context whose parent is of a client that is not ours. */
const UNTRUSTED = createContextKey('fieldgate.untrusted-parent');

const BY_NAME: Readonly<Record<SamplerName, (ratio: number) => Sampler>> = {
  always_on: () => new AlwaysOnSampler(),
  always_off: () => new AlwaysOffSampler(),
  traceidratio: (ratio) => new TraceIdRatioBasedSampler(ratio),
  parentbased_always_on: () => new ParentBasedSampler({ root: new AlwaysOnSampler() }),
  parentbased_always_off: () => new ParentBasedSampler({ root: new AlwaysOffSampler() }),
  parentbased_traceidratio: (ratio) => new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
};

/**
 * Returns a sampler that decides about requests as `sampler` does, and about the spans inside them as about the request.
 * A request of an unknown client is decided by a random trace id: both the flag and the id of its header are the client's
 * choice, and `traceidratio` records a client's every request if the client picks its ids.
 */
function requestSampler(sampler: Sampler): Sampler {
  const ids = new RandomIdGenerator();
  return {
    shouldSample(context, traceId, ...span) {
      const parent = trace.getSpanContext(context);
      if (parent !== undefined && !parent.isRemote)
        return {
          decision:
            (parent.traceFlags & TraceFlags.SAMPLED) === 0
              ? SamplingDecision.NOT_RECORD
              : SamplingDecision.RECORD_AND_SAMPLED,
        };
      return context.getValue(UNTRUSTED) === true
        ? sampler.shouldSample(ROOT_CONTEXT, ids.generateTraceId(), ...span)
        : sampler.shouldSample(context, traceId, ...span);
    },
    toString: () => `Request{${sampler.toString()}}`,
  };
}

/**
 * Creates traces with OpenTelemetry and exports them over OTLP/HTTP in JSON, in the background. At most 2,048 spans wait;
 * further ones are dropped. No provider is registered globally: libraries would add spans of their own, with URLs and
 * statements in them.
 */
export function createTracing({ endpoint, serviceName, sampler, ratio, onFailure }: OtlpOptions): Tracing {
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces` });
  const provider = new TracerProvider({
    resource: defaultResource().merge(resourceFromAttributes({ 'service.name': serviceName })),
    sampler: requestSampler(BY_NAME[sampler](ratio)),
    spanProcessors: [new BatchSpanProcessor({ exporter: reportingFailures(exporter, onFailure) })],
  });
  const tracer = provider.getTracer('fieldgate');
  return {
    startRequest(name, { traceparent, isTrusted, attributes = {} }) {
      const options = { kind: SpanKind.SERVER, attributes };
      return new OtlpSpan(tracer, tracer.startSpan(name, options, parentContext(traceparent, isTrusted)));
    },
    flush: () => provider.forceFlush(),
    close: () => provider.shutdown().catch(onFailure),
  };
}

function parentContext(traceparent: RequestSpanOptions['traceparent'], isTrusted: boolean) {
  const parent = typeof traceparent === 'string' ? parseTraceParent(traceparent) : null;
  if (parent === null) return ROOT_CONTEXT;
  const context = trace.setSpanContext(ROOT_CONTEXT, { ...parent, isRemote: true });
  return isTrusted ? context : context.setValue(UNTRUSTED, true);
}

/** The processor tells no one of a failed export but OpenTelemetry's own logger. */
function reportingFailures(exporter: SpanExporter, onFailure: (error: unknown) => void): SpanExporter {
  return {
    export: (spans, onResult) =>
      exporter.export(spans, (result) => {
        if (result.code !== ExportResultCode.SUCCESS) onFailure(result.error ?? 'the receiver rejected them');
        onResult(result);
      }),
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
    shutdown: () => exporter.shutdown(),
  };
}

class OtlpSpan implements TraceSpan {
  readonly #tracer: Tracer;
  readonly #span: Span;
  readonly #open = new Set<TraceSpan>();
  readonly #onEnd: (span: TraceSpan) => void;
  readonly traceId: string;
  readonly traceparent: string;
  readonly isSampled: boolean;

  constructor(tracer: Tracer, span: Span, onEnd: (span: TraceSpan) => void = () => {}) {
    this.#tracer = tracer;
    this.#span = span;
    this.#onEnd = onEnd;
    const { traceId, spanId, traceFlags } = span.spanContext();
    this.traceId = traceId;
    this.isSampled = (traceFlags & TraceFlags.SAMPLED) !== 0;
    this.traceparent = `00-${traceId}-${spanId}-${this.isSampled ? '01' : '00'}`;
  }

  child(name: string, attributes: SpanAttributes = {}): TraceSpan {
    const context = trace.setSpan(ROOT_CONTEXT, this.#span);
    const span = this.#tracer.startSpan(name, { attributes }, context);
    const child = new OtlpSpan(this.#tracer, span, (ended) => this.#open.delete(ended));
    this.#open.add(child);
    return child;
  }

  set(attributes: SpanAttributes): void {
    this.#span.setAttributes(attributes);
  }

  end(hasFailed = false): void {
    for (const child of this.#open) child.end();
    // Without a message: that of an error can quote a value.
    if (hasFailed) this.#span.setStatus({ code: SpanStatusCode.ERROR });
    this.#span.end();
    this.#onEnd(this);
  }
}
