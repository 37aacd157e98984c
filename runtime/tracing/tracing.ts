import type { SettingValue } from '../settings.ts';

/** The values of attributes: of this server or its schema, never text of a client. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

/** A span of a request's trace. */
export interface TraceSpan {
  /** The id of the trace, for the log. */
  readonly traceId: string;
  /** Names this span as the parent of another process's (W3C Trace Context). */
  readonly traceparent: string;
  /** Whether the trace is recorded. */
  readonly isSampled: boolean;
  /** Starts a span inside this one. */
  child(name: string, attributes?: SpanAttributes): TraceSpan;
  set(attributes: SpanAttributes): void;
  /** Ends the span, and those inside it that have not ended. @param hasFailed default false */
  end(hasFailed?: boolean): void;
}

/** How a request's trace starts. */
export interface RequestSpanOptions {
  /** The header that the client sent; one that is malformed is ignored. */
  readonly traceparent?: string | readonly string[] | undefined;
  /**
   * Whether the client is one of ours, whose decision to record the trace is followed. The trace id of any other client is
   * kept, but neither its flag nor its choice of the id has a part in the decision: it could fill the exporter's queue.
   */
  readonly isTrusted: boolean;
  readonly attributes?: SpanAttributes;
}

/** Creates traces and exports them. */
export interface Tracing {
  /** Starts the span of a request. */
  startRequest(name: string, options: RequestSpanOptions): TraceSpan;
  /** Exports the spans that have ended. */
  flush(): Promise<void>;
  /** Exports the spans that have ended, and stops. */
  close(): Promise<void>;
}

/** The settings of tracing: those of OpenTelemetry's specification. */
export interface TracingSettings {
  readonly OTEL_EXPORTER_OTLP_ENDPOINT?: SettingValue<'OTEL_EXPORTER_OTLP_ENDPOINT'> | undefined;
  readonly OTEL_SERVICE_NAME?: SettingValue<'OTEL_SERVICE_NAME'> | undefined;
  readonly OTEL_TRACES_SAMPLER?: SettingValue<'OTEL_TRACES_SAMPLER'> | undefined;
  readonly OTEL_TRACES_SAMPLER_ARG?: SettingValue<'OTEL_TRACES_SAMPLER_ARG'> | undefined;
}

/**
 * Starts tracing if OTEL_EXPORTER_OTLP_ENDPOINT is set. Otherwise OpenTelemetry is not even loaded.
 * @param serviceName the default of OTEL_SERVICE_NAME
 * @param onFailure called when spans could not be exported
 */
export async function openTracing(
  settings: TracingSettings,
  serviceName: string,
  onFailure: (error: unknown) => void,
): Promise<Tracing | undefined> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } = settings;
  if (endpoint === undefined) return undefined;
  const { createTracing } = await import('./otlp-tracing.ts');
  return createTracing({
    endpoint,
    serviceName: settings.OTEL_SERVICE_NAME ?? serviceName,
    sampler: settings.OTEL_TRACES_SAMPLER ?? 'parentbased_always_on',
    ratio: settings.OTEL_TRACES_SAMPLER_ARG ?? 1,
    onFailure,
  });
}
