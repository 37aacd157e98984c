import type { Unmasked } from '@apollo/client/masking';
import { LocalTime } from '../../components/local-time.tsx';
import { Panel } from '../../components/panel.tsx';
import type { AccountFactsQuery } from '../../graphql/generated/graphql.ts';
import styles from './profile-form.module.css';

const ROLES = { USER: 'User', ADMIN: 'Administrator' } as const;

/** The account and the service as the API sees them; null if the API did not answer. */
export function AccountFacts({ facts }: { facts: Unmasked<AccountFactsQuery> | null }) {
  if (facts === null)
    return (
      <Panel title="In the API">
        <p>The API did not answer. Please reload the page in a moment.</p>
      </Panel>
    );
  const { viewer, status } = facts;
  return (
    <Panel title="In the API">
      <dl className={styles.facts}>
        <div>
          <dt>User</dt>
          <dd dir="auto">{`${viewer.name}, ${viewer.email}${viewer.emailVerified ? ', verified' : ''}`}</dd>
        </div>
        <div>
          <dt>Role</dt>
          <dd>{ROLES[viewer.role]}</dd>
        </div>
        <div>
          <dt>Created</dt>
          <dd>
            <LocalTime at={viewer.createdAt} />
          </dd>
        </div>
        <div>
          <dt>Service</dt>
          <dd>
            {status.ok ? 'Running' : 'Stopping'}, version {status.version}, <LocalTime at={status.time} />
          </dd>
        </div>
      </dl>
    </Panel>
  );
}
