'use client';
import { useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { GraphiQL } from 'graphiql';
import 'graphiql/style.css';
import type { ExecutionResult } from 'graphql';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { ResponseBody } from './answer.ts';
import styles from './graphiql-editor.module.css';
import { setUpWorkers } from './graphiql-workers.ts';
import { createMemoryStorage } from './memory-storage.ts';
import { FIRST_QUERY } from './prepared-requests.ts';
import type { OperationText } from './send-request.ts';

setUpWorkers();

/** A request to run: a new object each time it is chosen. */
export interface ChosenRequest {
  readonly query: string;
}

interface GraphiqlEditorProps {
  /** Sends an operation, and resolves with the body of the response. */
  fetchBody(operation: OperationText): Promise<ResponseBody>;
  /** The request that the editor shows and sends; null before one is chosen. */
  readonly chosen: ChosenRequest | null;
  /** What is shown under the response. */
  readonly children: ReactNode;
}

/** GraphiQL. This module has all of its bytes: import it dynamically, on /explore alone. */
export default function GraphiqlEditor({ fetchBody, chosen, children }: GraphiqlEditorProps) {
  const [storage] = useState(createMemoryStorage);
  return (
    <div className={styles.editor}>
      <GraphiQL
        // GraphiQL prints the body as JSON.
        fetcher={async (operation) => (await fetchBody(operation)) as ExecutionResult}
        storage={storage}
        plugins={[]}
        initialQuery={FIRST_QUERY}
        forcedTheme="system"
        defaultEditorToolsVisibility={false}
        // A header would be a second way to send a token, and GraphiQL would keep it in its tabs.
        isHeadersEditorEnabled={false}
        shouldPersistHeaders={false}
        showPersistHeadersSettings={false}
        schemaDescription
        inputValueDeprecation
      >
        <GraphiQL.Logo>{null}</GraphiQL.Logo>
        <GraphiQL.Footer>{children}</GraphiQL.Footer>
        <RunChosen chosen={chosen} />
      </GraphiQL>
    </div>
  );
}

/** Shows each chosen request in the editor, and sends it. */
function RunChosen({ chosen }: { chosen: ChosenRequest | null }) {
  const { run } = useGraphiQLActions();
  const editor = useGraphiQL(({ queryEditor }) => queryEditor);
  const variables = useGraphiQL(({ variableEditor }) => variableEditor);
  const responses = useGraphiQL(({ responseEditor }) => responseEditor);
  const sent = useRef<ChosenRequest | null>(null);
  useEffect(() => {
    // The editors are loaded after the component: a request that was chosen before that runs as soon as they are there.
    if (chosen === null || chosen === sent.current || !editor || !responses) return;
    // Another editor, such as that of the variables, may be loaded later: it must not send the request again.
    sent.current = chosen;
    editor.setValue(chosen.query);
    variables?.setValue('');
    run();
  }, [chosen, editor, responses, variables, run]);
  return null;
}
