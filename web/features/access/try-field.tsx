'use client';
import { useState } from 'react';
import type { AccessDocument, DocumentedField } from '../../../runtime/access-document.ts';
import { Answer } from '../../components/answer.tsx';
import answerStyles from '../../components/answer.module.css';
import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { fetchTokenFromSession } from '../../graphql/fetch-token.ts';
import { type ApiAnswer, sendOperation } from '../../graphql/send-operation.ts';
import styles from './field-details.module.css';
import { type Sender, sendersOf } from './senders.ts';
import { TRY_FIELD } from '../../words.ts';

const LABELS: Readonly<Record<Sender, string>> = {
  anonymous: 'As anonymous',
  viewer: 'As me',
  demo: 'As the demo user',
};

/** Why a request was not sent. */
const NO_TOKEN: Readonly<Record<Sender, string>> = {
  anonymous: '',
  viewer: 'There is no token: your session has ended, or Fieldgate could not be reached. Please sign in again.',
  demo: 'There is no token: the demo account does not exist here, or Fieldgate could not be reached.',
};

interface TryFieldProps {
  readonly field: DocumentedField;
  readonly document: AccessDocument;
  readonly apiUrl: string;
  /** Returns a token of the demo account, or null without it; null where there is none. */
  readonly demoTokens: (() => Promise<string | null>) | null;
}

/** Sends the example of a field as anonymous, the viewer or the demo user, and shows the answer. */
export function TryField({ field: { example, ...field }, document, apiUrl, demoTokens }: TryFieldProps) {
  const [busy, setBusy] = useState<Sender>();
  const [answer, setAnswer] = useState<ApiAnswer | string>();
  if (example === null) return <p className={styles.try}>{TRY_FIELD.noOperationSelectsThis}</p>;
  const senders = sendersOf({ ...field, example }, document, demoTokens !== null);

  async function send(sender: Sender, query: string) {
    setBusy(sender);
    setAnswer(undefined);
    const token = await tokenOf(sender, demoTokens).catch(() => null);
    const isMissing = token === null && sender !== 'anonymous';
    setAnswer(isMissing ? NO_TOKEN[sender] : await sendOperation(apiUrl, query, token));
    setBusy(undefined);
  }

  return (
    <div className={styles.try}>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, and must do so by keyboard */}
      <pre className={answerStyles.request} tabIndex={0}>
        <code>{example.text}</code>
      </pre>
      {example.kind === 'mutation' && <p>{TRY_FIELD.aMutationIsOnly}</p>}
      <div className={styles.senders}>
        {senders.map((sender) => (
          <Button key={sender} busy={busy !== undefined} onClick={() => void send(sender, example.text)}>
            {busy === sender ? TRY_FIELD.sending : LABELS[sender]}
          </Button>
        ))}
      </div>
      {typeof answer === 'string' && <Notice>{answer}</Notice>}
      {typeof answer === 'object' && <Answer answer={answer} />}
      <output>{typeof answer === 'object' ? describeAnswer(answer) : ''}</output>
    </div>
  );
}

async function tokenOf(sender: Sender, demoTokens: TryFieldProps['demoTokens']): Promise<string | null> {
  if (sender === 'anonymous') return null;
  if (sender === 'demo') return (await demoTokens?.()) ?? null;
  const issued = await fetchTokenFromSession();
  return issued === 'session-ended' ? null : issued.token;
}

function describeAnswer(answer: ApiAnswer): string {
  if (answer.outcome === 'unavailable') return '';
  if (answer.code === null) return `Allowed, with status ${answer.status}.`;
  return answer.status >= 400
    ? `Refused with ${answer.status} ${answer.code}.`
    : `Answered with the error ${answer.code}.`;
}
