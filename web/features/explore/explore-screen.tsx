'use client';
import type { ApolloClient } from '@apollo/client';
import dynamic from 'next/dynamic';
import { useCallback, useRef, useState } from 'react';
import { signInPath } from '../../auth/return-target.ts';
import { useHydrated } from '../../components/use-hydrated.ts';
import { AnswerPanel, type AnswerState } from './answer-panel.tsx';
import styles from './explore-screen.module.css';
import type { ChosenRequest } from './graphiql-editor.tsx';
import { PREPARED_REQUESTS, type PreparedRequest, type Sender } from './prepared-requests.ts';
import { SandboxSection } from './sandbox-section.tsx';
import { type OperationText, sendRequest } from './send-request.ts';
import { EXPLORE_SCREEN } from '../../words.ts';

const GraphiqlEditor = dynamic(() => import('./graphiql-editor.tsx'), {
  ssr: false,
  loading: () => <p className={styles.loading}>{EXPLORE_SCREEN.loadingTheEditor}</p>,
});

interface ExploreScreenProps {
  /** The API's GraphQL endpoint, as the browser sees it. */
  readonly endpoint: string;
  /** Whether the API explains its decisions (EXPLAIN). */
  readonly explain: boolean;
  /** Whether the API answers introspection (INTROSPECTION): without it, the editor has no documentation. */
  readonly introspection: boolean;
  /** The app's client, whose link has the viewer's token; null for a visitor without a session. */
  readonly client: ApolloClient | null;
  /** A client without a token. */
  readonly anonymous: ApolloClient;
}

/** GraphiQL on this API, with a request for each kind of answer and, under each answer, the rule that decided it. */
export function ExploreScreen({ endpoint, explain, introspection, client, anonymous }: ExploreScreenProps) {
  const hydrated = useHydrated();
  const [sender, setSender] = useState<Sender>(client === null ? 'anonymous' : 'viewer');
  // Read when a request is sent: GraphiQL may run a chosen request before this component renders again.
  const currentSender = useRef(sender);
  const latest = useRef<OperationText | null>(null);
  const [chosen, setChosen] = useState<ChosenRequest | null>(null);
  const [state, setState] = useState<AnswerState>('no request');

  const send = useCallback(
    (operation: OperationText) => {
      const used = (currentSender.current === 'viewer' && client) || anonymous;
      return sendRequest(operation, { link: used.link, client: used, explain });
    },
    [client, anonymous, explain],
  );

  // A new function for each sender: GraphiQL then reads the schema as that sender sees it.
  const fetchBody = useCallback(
    async (operation: OperationText) => {
      if (operation.operationName === 'IntrospectionQuery') return (await send(operation)).body;
      latest.current = operation;
      // GraphiQL shows the response to the latest request only, and so must the panel under it.
      const show = (next: AnswerState) => latest.current === operation && setState(next);
      show('waiting');
      try {
        const answer = await send(operation);
        show(answer);
        return answer.body;
      } catch (error) {
        // A document that is not GraphQL, or an API that cannot be reached: GraphiQL shows the message.
        show('no answer');
        throw error;
      }
    },
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- as said above
    [send, sender],
  );

  function sendAs(next: Sender) {
    currentSender.current = next;
    setSender(next);
  }

  function choose({ query, sender: wanted }: PreparedRequest) {
    sendAs(client === null ? 'anonymous' : wanted);
    setChosen({ query });
  }

  return (
    <main className={styles.screen}>
      <div className={styles.head}>
        <h1 className={styles.title}>{EXPLORE_SCREEN.explore}</h1>
        <p className={styles.intro}>
          {client === null ? (
            <>
              {EXPLORE_SCREEN.youAreNotSigned}
              <a href={signInPath('/explore')}>{EXPLORE_SCREEN.signIn}</a>
              {EXPLORE_SCREEN.toSendThemAs}
            </>
          ) : (
            EXPLORE_SCREEN.requestsHaveYourAccess
          )}
          {EXPLORE_SCREEN.byKeyboardEnterOpens}
          {!introspection && EXPLORE_SCREEN.introspectionIsOffOn}
        </p>
        {client !== null && (
          <label className={styles.sender}>
            {EXPLORE_SCREEN.sendAs}{' '}
            <select disabled={!hydrated} value={sender} onChange={(event) => sendAs(event.target.value as Sender)}>
              <option value="viewer">{EXPLORE_SCREEN.you}</option>
              <option value="anonymous">{EXPLORE_SCREEN.nobodyWithoutAToken}</option>
            </select>
          </label>
        )}
      </div>
      <fieldset disabled={!hydrated} className={styles.requests} aria-label={EXPLORE_SCREEN.preparedRequests}>
        {PREPARED_REQUESTS.map((request) => (
          <button key={request.label} type="button" className={styles.request} onClick={() => choose(request)}>
            {request.label} <code className={styles.expected}>{client === null ? '401' : request.expected}</code>
          </button>
        ))}
      </fieldset>
      <section aria-label={EXPLORE_SCREEN.graphiql}>
        <GraphiqlEditor fetchBody={fetchBody} chosen={chosen}>
          <AnswerPanel state={state} explain={explain} />
        </GraphiqlEditor>
      </section>
      <SandboxSection endpoint={endpoint} send={send} />
    </main>
  );
}
