'use client';
import { ApolloSandbox } from '@apollo/sandbox';
import { useEffect, useRef, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import type { Answer } from './answer.ts';
import { createRequestHandler } from './sandbox-requests.ts';
import styles from './sandbox-section.module.css';
import type { OperationText } from './send-request.ts';
import { SANDBOX_FRAME } from '../../words.ts';

/** How long Apollo's page may take to answer, in milliseconds, before the message says that it is out of reach. */
const LOAD_TIMEOUT = 10_000;

/** The origin of the frame, which the page's Content-Security-Policy allows (http/content-security-policy.ts). */
const SANDBOX_ORIGIN = 'https://sandbox.embed.apollographql.com';

interface SandboxFrameProps {
  readonly endpoint: string;
  send(operation: OperationText): Promise<Answer>;
  /** Loads the frame again. */
  onRetry(): void;
}

/** Apollo's Sandbox in a frame. All its requests come to `handleRequest`; none goes from the frame to the API. */
export default function SandboxFrame({ endpoint, send, onRetry }: SandboxFrameProps) {
  const target = useRef<HTMLDivElement>(null);
  const latestSend = useRef(send);
  const [state, setState] = useState<'loading' | 'ready' | 'unreachable'>('loading');

  useEffect(() => {
    latestSend.current = send;
  }, [send]);

  useEffect(() => {
    if (target.current === null) return;
    const sandbox = new ApolloSandbox({
      target: target.current,
      initialEndpoint: endpoint,
      endpointIsEditable: false,
      runTelemetry: false,
      hideCookieToggle: true,
      initialState: { includeCookies: false, pollForSchemaUpdates: false },
      handleRequest: createRequestHandler(endpoint, (operation) => latestSend.current(operation)),
    });
    sandbox.embeddedSandboxIFrameElement.title = 'Apollo Sandbox';
    // The first message from the frame shows that Apollo's page runs; a failed load sends no event that tells it apart.
    const onMessage = ({ origin }: MessageEvent) => origin === SANDBOX_ORIGIN && setState('ready');
    window.addEventListener('message', onMessage);
    const timer = setTimeout(() => setState((now) => (now === 'loading' ? 'unreachable' : now)), LOAD_TIMEOUT);
    return () => {
      clearTimeout(timer);
      window.removeEventListener('message', onMessage);
      sandbox.dispose();
    };
  }, [endpoint]);

  return (
    <>
      {state === 'loading' && <output>{SANDBOX_FRAME.loadingApolloSandbox}</output>}
      {state === 'unreachable' && (
        <Notice action={<Button onClick={onRetry}>{SANDBOX_FRAME.tryAgain}</Button>}>
          {SANDBOX_FRAME.apolloSandboxCannotBe}
        </Notice>
      )}
      <div ref={target} className={styles.frame} hidden={state === 'unreachable'} />
    </>
  );
}
