'use client';
import { useGraphiQL, useGraphiQLActions, useMonaco } from '@graphiql/react';
import { GraphiQL } from 'graphiql';
import 'graphiql/style.css';
import { type ExecutionResult, GraphQLError } from 'graphql';
import { type KeyboardEvent, type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import type { ResponseBody } from './answer.ts';
import { defineEditorThemes, EDITOR_THEMES } from './editor-themes.ts';
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
  /** Sends an operation, and resolves with the body of the response. The schema is read again for each new function. */
  fetchBody(operation: OperationText): Promise<ResponseBody>;
  /** The request that the editor shows and sends; null before one is chosen. */
  readonly chosen: ChosenRequest | null;
  /** What is shown under the response. */
  readonly children: ReactNode;
}

/** GraphiQL. This module has all of its bytes: import it dynamically, on /explore alone. */
export default function GraphiqlEditor({ fetchBody, chosen, children }: GraphiqlEditorProps) {
  const [storage] = useState(createMemoryStorage);
  // GraphiQL prints the body as JSON, and reads the schema again for each new fetcher.
  const fetcher = useCallback(
    async (operation: OperationText): Promise<ExecutionResult> => {
      try {
        return (await fetchBody(operation)) as ExecutionResult;
      } catch (error) {
        // GraphiQL prints the stack of an error that is thrown.
        if (error instanceof GraphQLError) return { errors: [error] };
        return { errors: [new GraphQLError(error instanceof Error ? error.message : String(error))] };
      }
    },
    [fetchBody],
  );
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- the editors inside have the focus
    <div className={styles.editor} onKeyDown={leaveEditor}>
      <GraphiQL
        fetcher={fetcher}
        storage={storage}
        plugins={[]}
        initialQuery={FIRST_QUERY}
        forcedTheme="system"
        editorTheme={EDITOR_THEMES}
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
        <FollowColorScheme />
        <RunChosen chosen={chosen} />
      </GraphiQL>
    </div>
  );
}

/**
 * Escape leaves an editor for the element around it, from which Tab moves on: inside, Tab indents (WCAG 2.1.2). Monaco
 * stops an Escape that closes something of its own, such as the suggestions.
 */
function leaveEditor({ key, target }: KeyboardEvent<HTMLElement>): void {
  if (key === 'Escape' && target instanceof Element) target.closest<HTMLElement>('.graphiql-editor')?.focus();
}

/** Gives the editors the colours of the page, also when the system changes them: GraphiQL reads the scheme once. */
function FollowColorScheme() {
  const monaco = useMonaco((store) => store.monaco);
  useEffect(() => {
    if (!monaco) return;
    defineEditorThemes(monaco.editor);
    const dark = window.matchMedia('(prefers-color-scheme: dark)');
    const follow = () => monaco.editor.setTheme(EDITOR_THEMES[dark.matches ? 'dark' : 'light']);
    follow();
    dark.addEventListener('change', follow);
    return () => dark.removeEventListener('change', follow);
  }, [monaco]);
  return null;
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
