import type { AccessDocument } from '../../../runtime/access-document.ts';
import { Notice } from '../../components/notice.tsx';
import { TryDemoButton } from '../../components/try-demo-button.tsx';
import type { DemoAccount } from '../../graphql/demo-token.ts';
import { AccessScreen } from './access-screen.tsx';
import styles from './access-screen.module.css';

interface AccessPageProps {
  /** `off` where introspection is off; null if the API is unavailable. */
  readonly result: AccessDocument | 'off' | null;
  readonly isSignedIn: boolean;
  readonly apiUrl: string;
  /** Null where there is no open demo account. */
  readonly demo: DemoAccount | null;
}

/** The access map, or why there is none. */
export function AccessPage({ result, isSignedIn, apiUrl, demo }: AccessPageProps) {
  // oxlint-disable-next-line jsx-a11y/anchor-is-valid -- an empty URL reloads this page
  const again = <a href="">Try again</a>;
  return (
    <main className={styles.page}>
      <h1 className={styles.title}>Access map</h1>
      <p className={styles.lead}>
        Who may read each field, as the engine derives it from the schema. You see what introspection shows you
        {isSignedIn ? ' with your role.' : ' without a token: what is public. Sign in to see what an account may use.'}
      </p>
      {!isSignedIn && demo && (
        <div className={styles.actions}>
          <TryDemoButton account={demo} next="/access" variant="plain" />
        </div>
      )}
      {result === null && <Notice action={again}>The access map could not be loaded: the API is not available.</Notice>}
      {result === 'off' && (
        <p>
          Introspection is off on this API, and the access map with it. The operator can print it with{' '}
          <code>npm run access</code>.
        </p>
      )}
      {result !== null && result !== 'off' && <AccessScreen document={result} apiUrl={apiUrl} demo={demo} />}
    </main>
  );
}
