import type { ReactNode } from 'react';
import answerStyles from '../../components/answer.module.css';
import { ButtonLink } from '../../components/button-link.tsx';
import { TryDemoButton } from '../../components/try-demo-button.tsx';
import type { DemoAccount } from '../../graphql/demo-token.ts';
import { SDL } from './attempts.ts';
import { LiveRefusal } from './live-refusal.tsx';
import styles from './landing.module.css';
import { LANDING } from '../../words.ts';

/** The walls, in the order in which a request meets them. */
const WALLS = [
  ['Before execution', 'Without a token 401, with another user’s id 403. No resolver runs.', '@auth  @owner'],
  ['In SQL', 'Every statement on an owned table names its owner.', 'WHERE "user_id" = $1'],
  [
    'In PostgreSQL',
    'Row-level security, generated from the same line.',
    'using ("user_id" = (select app.viewer_id()))',
  ],
] as const;

interface LandingProps {
  readonly apiUrl: string;
  /** Null where there is no open demo account. */
  readonly demo: DemoAccount | null;
}

/** The start page: what Fieldgate is, shown with a request that it refuses. */
export function Landing({ apiUrl, demo }: LandingProps) {
  return (
    <main className={styles.page}>
      <section className={styles.hero}>
        <h1 className={styles.title}>{LANDING.theSchemaIsThe}</h1>
        <p className={styles.lead}>{LANDING.fieldgateIsAGraphql}</p>
        <div className={styles.actions}>
          {demo && <TryDemoButton account={demo} next="/tasks" />}
          <ButtonLink to="/sign-up" variant={demo ? 'plain' : 'primary'}>
            {LANDING.createAnAccount}
          </ButtonLink>
        </div>
      </section>

      <section className={styles.example} aria-labelledby="example">
        <div className={styles.side}>
          <h2 id="example" className={styles.heading}>
            {LANDING.oneDirectiveOneRefusal}
          </h2>
          <p className={styles.soft}>{LANDING.theseLinesAreThe}</p>
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, and must do so by keyboard */}
          <pre className={answerStyles.request} tabIndex={0}>
            <code>{marked(SDL)}</code>
          </pre>
          <p className={styles.soft}>
            {LANDING.from}
            <code>{LANDING.schemaTaskGraphql}</code>
            {LANDING.sendARequestThat}
          </p>
        </div>
        <LiveRefusal apiUrl={apiUrl} demo={demo} />
      </section>

      <section aria-labelledby="walls">
        <h2 id="walls" className={styles.heading}>
          {LANDING.threeWallsEachTested}
        </h2>
        <ol className={styles.cards}>
          {WALLS.map(([name, text, code], index) => (
            <li key={name} className={styles.card}>
              <h3 className={styles.name}>
                <span className={styles.number} aria-hidden="true">
                  {index + 1}
                </span>
                {name}
              </h3>
              <p>{text}</p>
              <code className={styles.code}>{code}</code>
            </li>
          ))}
        </ol>
      </section>

      <section aria-labelledby="next">
        <h2 id="next" className={styles.heading}>
          {LANDING.lookAround}
        </h2>
        <ul className={styles.cards}>
          <Destination href="/explore" name="Explore">
            {LANDING.sendQueriesWithGraphiql}
          </Destination>
          <Destination href="/access" name="Access map">
            {LANDING.everyFieldAndWho}
          </Destination>
          <Destination href={`${apiUrl}/graphql`} name="API documentation">
            {LANDING.getATokenSend}
          </Destination>
        </ul>
      </section>
    </main>
  );
}

function Destination({ href, name, children }: { href: string; name: string; children: ReactNode }) {
  return (
    <li className={styles.card}>
      <h3 className={styles.name}>
        <a className={styles.cover} href={href}>
          {name}
        </a>
      </h3>
      <p>{children}</p>
    </li>
  );
}

/** Emphasizes the directives of SDL. */
function marked(sdl: string): ReactNode[] {
  // The capturing group keeps the separators, at the odd positions.
  return sdl.split(/(@\w+)/).map((part, index) =>
    index % 2 === 0 ? (
      part
    ) : (
      <mark key={index} className={styles.mark}>
        {part}
      </mark>
    ),
  );
}
