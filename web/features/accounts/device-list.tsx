'use client';
import { useRef, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { DoneMessage } from '../../components/done-message.tsx';
import { LocalTime } from '../../components/local-time.tsx';
import { Notice } from '../../components/notice.tsx';
import { Row, Rows } from '../../components/rows.tsx';
import { useHydrated } from '../../components/use-hydrated.ts';
import styles from './account-section.module.css';
import { useAccountAction } from './use-account-action.ts';
import { DEVICE_LIST } from '../../words.ts';

/** A signed-in device, as the server describes it. */
export interface ListedDevice {
  readonly id: string;
  /** "Firefox on Windows" */
  readonly name: string;
  readonly address: string | null;
  readonly signedInAt: string;
  readonly lastUsedAt: string;
  readonly isThis: boolean;
}

/** The devices that are signed in; each but this one can be signed out, alone or all together. */
export function DeviceList({ devices }: { devices: readonly ListedDevice[] }) {
  const hydrated = useHydrated();
  const region = useRef<HTMLDivElement>(null);
  const [ended, setEnded] = useState<ReadonlySet<string>>(new Set());
  const { act, busy, error, doneMessage } = useAccountAction();
  const shown = devices.filter(({ id }) => !ended.has(id));
  const others = shown.filter(({ isThis }) => !isThis);

  const markEnded = (ids: readonly string[]) => {
    setEnded((before) => new Set([...before, ...ids]));
    // The button with the focus is gone with its row.
    region.current?.focus();
  };
  const end = async ({ id, name }: ListedDevice) => {
    if (await act('/revoke-session', { id }, DEVICE_LIST.signedOut(name))) markEnded([id]);
  };
  const endOthers = async () => {
    if (await act('/revoke-other-sessions', {}, DEVICE_LIST.allSignedOut)) markEnded(others.map(({ id }) => id));
  };

  return (
    <div ref={region} className={styles.section} tabIndex={-1}>
      {error && <Notice key={error.count}>{error.text}</Notice>}
      {doneMessage && <DoneMessage>{doneMessage}</DoneMessage>}
      <Rows label={DEVICE_LIST.devices}>
        {shown.map((device) => (
          <Row
            key={device.id}
            name={device.isThis ? DEVICE_LIST.thisDevice(device.name) : device.name}
            details={[
              <span key="used">
                {/* To ten minutes: a session is stamped no more often. */}
                {DEVICE_LIST.lastUsed}
                <LocalTime at={device.lastUsedAt} />
              </span>,
              <span key="since">
                {DEVICE_LIST.signedIn}
                <LocalTime at={device.signedInAt} />
              </span>,
              device.address ?? DEVICE_LIST.unknownAddress,
            ]}
            action={
              !device.isThis && (
                <Button
                  disabled={!hydrated}
                  busy={busy}
                  onClick={() => void end(device)}
                  aria-label={DEVICE_LIST.signOutNamed(device.name)}
                >
                  {DEVICE_LIST.signOut}
                </Button>
              )
            }
          />
        ))}
      </Rows>
      {others.length > 0 ? (
        <Button variant="danger" disabled={!hydrated} busy={busy} onClick={() => void endOthers()}>
          {DEVICE_LIST.signOutAllOther}
        </Button>
      ) : (
        <p className={styles.soft}>{DEVICE_LIST.youAreSignedIn}</p>
      )}
    </div>
  );
}
