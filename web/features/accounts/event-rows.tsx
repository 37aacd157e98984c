import type { ReactNode } from 'react';
import { LocalTime } from '../../components/local-time.tsx';
import { Row, Rows } from '../../components/rows.tsx';
import type { SecurityEventsQuery } from '../../graphql/generated/operations.ts';
import { describeDevice } from './describe-device.ts';
import { kindText, problemText } from './event-text.ts';

/** The fields of an event that a row shows. */
type SecurityEvent = SecurityEventsQuery['viewer']['securityEvents']['nodes'][number] & {
  /** Details beside time, browser and address. */
  readonly more?: readonly ReactNode[];
};

/** Security events as rows: what happened, when, in which browser and from which address. */
export function EventRows({ label, events }: { label: string; events: readonly SecurityEvent[] }) {
  return (
    <Rows label={label}>
      {events.map(({ id, kind, outcome, detail, createdAt, userAgent, address, more = [] }) => (
        <Row
          key={id}
          name={kindText(kind)}
          problem={problemText(outcome, detail)}
          details={[
            <LocalTime key="time" at={createdAt} />,
            ...(userAgent === null ? [] : [describeDevice(userAgent)]),
            ...(address === null ? [] : [address]),
            ...more,
          ]}
        />
      ))}
    </Rows>
  );
}
