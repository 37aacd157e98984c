import type { AccessDocument } from '../../../runtime/access-document.ts';
import { Notice } from '../../components/notice.tsx';
import { TryDemoButton } from '../../components/try-demo-button.tsx';
import type { DemoAccount } from '../../graphql/demo-token.ts';
import { AccessScreen } from './access-screen.tsx';
import styles from './access-screen.module.css';
import { ACCESS_PAGE } from '../../words.ts';

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
  const again = <a href="">{ACCESS_PAGE.tryAgain}</a>;
  return (
    <main className={styles.page}>
      <h1 className={styles.title}>{ACCESS_PAGE.accessMap}</h1>
      <p className={styles.lead}>
        {ACCESS_PAGE.whoMayReadEach}
        {isSignedIn ? ACCESS_PAGE.withYourRole : ACCESS_PAGE.withoutATokenWhat}
      </p>
      {!isSignedIn && demo && (
        <div className={styles.actions}>
          <TryDemoButton account={demo} next="/access" variant="plain" />
        </div>
      )}
      {result === null && <Notice action={again}>{ACCESS_PAGE.theAccessMapCould}</Notice>}
      {result === 'off' && (
        <p>
          {ACCESS_PAGE.introspectionIsOffOn} <code>{ACCESS_PAGE.npmRunAccess}</code>.
        </p>
      )}
      {result !== null && result !== 'off' && <AccessScreen document={result} apiUrl={apiUrl} demo={demo} />}
    </main>
  );
}
