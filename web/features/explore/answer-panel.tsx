import type { ExplainedCoordinate, ExplainedRule } from '../../../runtime/explanation.ts';
import { type Answer, decidingCoordinates } from './answer.ts';
import styles from './answer-panel.module.css';
import { ANSWER_PANEL } from '../../words.ts';

/** The answer to the last request; or what is there instead of one. */
export type AnswerState = Answer | 'no request' | 'waiting' | 'no answer';

const INSTEAD: Readonly<Record<Exclude<AnswerState, Answer>, string>> = {
  'no request': 'Send a request: the rule that decides it is shown here.',
  waiting: 'Waiting for the answer…',
  'no answer': 'There is no answer to explain: the reason is above.',
};

interface AnswerPanelProps {
  readonly state: AnswerState;
  /** Whether the API explains its decisions. */
  readonly explain: boolean;
}

/** Says why the API has answered as it has: status and code, the rule with its schema line, and the statements. */
export function AnswerPanel({ state, explain }: AnswerPanelProps) {
  return (
    <section className={styles.panel} aria-label={ANSWER_PANEL.whyThisAnswer} aria-live="polite">
      {typeof state === 'string' ? <p>{INSTEAD[state]}</p> : <Reasons answer={state} explain={explain} />}
    </section>
  );
}

function Reasons({ answer, explain }: { answer: Answer; explain: boolean }) {
  const { status, body, explanation } = answer;
  const code = body.errors?.[0]?.extensions?.code;
  return (
    <>
      <p className={styles.outcome}>
        <strong className={status < 400 ? styles.allowed : styles.refused}>
          {status} {code ?? ANSWER_PANEL.ok}
        </strong>
        {explanation !== null && <span>{countStatements(explanation.statements)}</span>}
      </p>
      {explanation === null ? <p>{withoutExplanation(status, code, explain)}</p> : <Rules answer={answer} />}
    </>
  );
}

function Rules({ answer: { body, explanation } }: { answer: Answer }) {
  if (explanation === null) return null;
  const deciding = decidingCoordinates(explanation);
  const nullFields = Object.entries(body.data ?? {}).flatMap(([name, value]) => (value === null ? [name] : []));
  return (
    <>
      {deciding.length > 0 && (
        <ul className={styles.rules}>
          {deciding.map((decided) => (
            <li key={decided.coordinate}>
              <Decided {...decided} />
            </li>
          ))}
        </ul>
      )}
      {explanation.verdict === 'refused' && deciding.length === 0 && (
        <p>
          {body.errors?.[0]?.extensions?.coordinate !== undefined && (
            <>
              <code>{body.errors[0].extensions.coordinate}</code>
              {ANSWER_PANEL.refusedIt}{' '}
            </>
          )}
          {ANSWER_PANEL.theRuleIsNot}
        </p>
      )}
      {explanation.verdict === 'invalid' && <p>{ANSWER_PANEL.aValueDoesNot}</p>}
      {explanation.verdict === 'allowed' &&
        explanation.rows.map(({ type, rules }) => (
          <p key={type}>
            {ANSWER_PANEL.rowsOf}
            <code>{type}</code>
            {ANSWER_PANEL.areLimitedBy}
            <RuleList rules={rules} />.
          </p>
        ))}
      {explanation.verdict === 'allowed' && nullFields.length > 0 && body.errors === undefined && (
        <p>
          <code>{nullFields.join(', ')}</code>
          {ANSWER_PANEL.isNullYouOwn}
        </p>
      )}
    </>
  );
}

function Decided({ coordinate, verdict, rules }: ExplainedCoordinate) {
  const isDecidedByOne = verdict === 'refused' || verdict === 'null';
  const deciding = isDecidedByOne ? rules.filter(({ refuses }) => refuses) : rules;
  const words = { refused: ANSWER_PANEL.isRefusedBy, null: ANSWER_PANEL.isMadeNullBy };
  return (
    <>
      <code>{coordinate}</code> {isDecidedByOne ? words[verdict] : ANSWER_PANEL.isAllowedBy}{' '}
      <RuleList rules={deciding} />
    </>
  );
}

function RuleList({ rules }: { rules: readonly ExplainedRule[] }) {
  return rules.map(({ directive, at, location }, index) => (
    <span key={`${directive} ${at}`}>
      {index > 0 && ANSWER_PANEL.and}
      <code className={styles.rule}>{directive}</code>
      {location !== null && (
        <span className={styles.location}>
          {' '}
          {location.file}:{location.line}
        </span>
      )}
    </span>
  ));
}

function countStatements(count: number): string {
  return count === 1 ? '1 SQL statement ran' : `${count === 0 ? 'No' : count} SQL statements ran`;
}

function withoutExplanation(status: number, code: string | undefined, explain: boolean): string {
  if (code === 'PERSISTED_DOCUMENT_REQUIRED')
    return 'This server runs trusted documents only (OPERATIONS=trusted), so it refuses what is written here.';
  if (!explain) return 'This server does not explain its decisions: the operator sets EXPLAIN=on.';
  return status >= 500
    ? 'The server failed, so there is no decision to explain.'
    : 'The API rejected the request before it applied a rule.';
}
