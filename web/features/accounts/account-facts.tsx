import type { Unmasked } from '@apollo/client/masking';
import { LocalTime } from '../../components/local-time.tsx';
import { Panel } from '../../components/panel.tsx';
import type { AccountFactsQuery } from '../../graphql/generated/operations.ts';
import styles from './profile-form.module.css';
import { ACCOUNT_FACTS } from '../../words.ts';

/** The account and the service as the API sees them; null if the API did not answer. */
export function AccountFacts({ facts }: { facts: Unmasked<AccountFactsQuery> | null }) {
  if (facts === null)
    return (
      <Panel title={ACCOUNT_FACTS.inTheApi}>
        <p>{ACCOUNT_FACTS.theApiDidNot}</p>
      </Panel>
    );
  const { viewer, status } = facts;
  return (
    <Panel title={ACCOUNT_FACTS.inTheApi}>
      <dl className={styles.facts}>
        <div>
          <dt>{ACCOUNT_FACTS.user}</dt>
          <dd dir="auto">{`${viewer.name}, ${viewer.email}${viewer.emailVerified ? ACCOUNT_FACTS.verified : ''}`}</dd>
        </div>
        <div>
          <dt>{ACCOUNT_FACTS.role}</dt>
          <dd>{ACCOUNT_FACTS.roles[viewer.role]}</dd>
        </div>
        <div>
          <dt>{ACCOUNT_FACTS.created}</dt>
          <dd>
            <LocalTime at={viewer.createdAt} />
          </dd>
        </div>
        <div>
          <dt>{ACCOUNT_FACTS.service}</dt>
          <dd>
            {status.ok ? ACCOUNT_FACTS.running(status.version) : ACCOUNT_FACTS.stopping(status.version)}
            <LocalTime at={status.time} />
          </dd>
        </div>
      </dl>
    </Panel>
  );
}
