'use client';
import dynamic from 'next/dynamic';
import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import type { Answer } from './answer.ts';
import styles from './sandbox-section.module.css';
import type { OperationText } from './send-request.ts';
import { SANDBOX_SECTION } from '../../words.ts';

const SandboxFrame = dynamic(() => import('./sandbox-frame.tsx'), { ssr: false });

interface SandboxSectionProps {
  readonly endpoint: string;
  /** Sends an operation as the page does. */
  send(operation: OperationText): Promise<Answer>;
}

/**
 * Offers Apollo Sandbox, embedded. It is a page of Apollo's, loaded only after a click: it sees the schema and the answers
 * of the requests that are sent in it, and never the token.
 */
export function SandboxSection({ endpoint, send }: SandboxSectionProps) {
  // The number of attempts: another one loads the frame anew.
  const [attempt, setAttempt] = useState(0);
  const load = () => setAttempt((count) => count + 1);
  return (
    <section className={styles.section} aria-labelledby="sandbox-title">
      <h2 id="sandbox-title">{SANDBOX_SECTION.apolloSandbox}</h2>
      {attempt > 0 ? (
        <SandboxFrame key={attempt} endpoint={endpoint} send={send} onRetry={load} />
      ) : (
        <>
          <p>{SANDBOX_SECTION.sandboxIsAPage}</p>
          <p>
            <Button onClick={load}>{SANDBOX_SECTION.openApolloSandboxHere}</Button>
          </p>
        </>
      )}
    </section>
  );
}
