'use client';
import { useState } from 'react';
import { Answer } from '../../components/answer.tsx';
import answerStyles from '../../components/answer.module.css';
import { Button } from '../../components/button.tsx';
import { useHydrated } from '../../components/use-hydrated.ts';
import { createDemoTokens, type DemoAccount } from '../../graphql/demo-token.ts';
import { type ApiAnswer, sendOperation } from '../../graphql/send-operation.ts';
import { ATTEMPTS, type Attempt } from './attempts.ts';
import styles from './landing.module.css';
import { LIVE_REFUSAL } from '../../words.ts';

/** Sends a request that the schema refuses, and shows the answer with its reason. */
export function LiveRefusal({ apiUrl, demo }: { apiUrl: string; demo: DemoAccount | null }) {
  const [demoTokens] = useState(() => demo && createDemoTokens(demo));
  const hydrated = useHydrated();
  const [attempt, setAttempt] = useState<Attempt>();
  const [answer, setAnswer] = useState<ApiAnswer | 'no demo account' | null>(null);

  const shown = attempt ?? ATTEMPTS[0];

  async function send(next: Attempt) {
    setAttempt(next);
    setAnswer(null);
    if (!next.asDemo) return setAnswer(await sendOperation(apiUrl, next.query, null));
    const token = (await demoTokens?.().catch(() => null)) ?? null;
    setAnswer(token === null ? 'no demo account' : await sendOperation(apiUrl, next.query, token));
  }

  return (
    <div className={styles.live}>
      <fieldset className={styles.choices}>
        <legend className={styles.label}>{LIVE_REFUSAL.sendARequest}</legend>
        {ATTEMPTS.filter(({ asDemo }) => !asDemo || demo !== null).map((each) => (
          <Button key={each.label} disabled={!hydrated} aria-pressed={each === attempt} onClick={() => void send(each)}>
            {each.label}
          </Button>
        ))}
      </fieldset>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, and must do so by keyboard */}
      <pre className={answerStyles.request} tabIndex={0}>
        <code>{`POST /graphql\n${shown.asDemo ? 'Authorization: Bearer …\n' : ''}\n${shown.query}`}</code>
      </pre>
      {attempt === undefined && <p className={styles.waiting}>{LIVE_REFUSAL.theAnswerOfThe}</p>}
      {attempt !== undefined && answer === null && <p className={styles.waiting}>{LIVE_REFUSAL.waitingForTheAnswer}</p>}
      {answer === 'no demo account' && <p>{LIVE_REFUSAL.thereIsNoDemo}</p>}
      {answer !== null && answer !== 'no demo account' && <Answer answer={answer} />}
      {/* Always in the page: a status that appears with its text is not announced. */}
      <output className={styles.reason}>{reasonOf(shown, answer)}</output>
    </div>
  );
}

/** Returns why the API answered so; empty where there is no answer to explain. */
export function reasonOf(
  { status, reason }: Pick<Attempt, 'status' | 'reason'>,
  answer: ApiAnswer | 'no demo account' | null,
): string {
  if (answer === null || answer === 'no demo account' || answer.outcome === 'unavailable') return '';
  if (answer.code === 'PERSISTED_DOCUMENT_REQUIRED')
    return 'This server runs trusted documents only (OPERATIONS=trusted): it refuses any other text before a rule applies.';
  return answer.status === status ? reason : 'The API gave another answer than expected.';
}
