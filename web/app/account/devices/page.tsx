import type { Metadata } from 'next';
import { accountDevices } from '../../../auth/account-lookups.ts';
import { requireSession } from '../../../auth/session.ts';
import { AccountShell } from '../../../features/accounts/account-shell.tsx';
import { describeDevice } from '../../../features/accounts/describe-device.ts';
import { DeviceList } from '../../../features/accounts/device-list.tsx';
import { orUnavailable } from '../../or-unavailable.tsx';
import { SignedInPage } from '../../signed-in-page.tsx';
import { ACCOUNT_DEVICES_PAGE } from '../../../words.ts';

export const metadata: Metadata = { title: ACCOUNT_DEVICES_PAGE.devices };

/** The devices that are signed in. The page has the ids of sessions, not their tokens. */
export default orUnavailable(async function DevicesPage() {
  const session = await requireSession('/account/devices');
  const devices = await accountDevices(session.user.id);
  return (
    <SignedInPage session={session}>
      <AccountShell path="/account/devices" title={ACCOUNT_DEVICES_PAGE.devices}>
        <p>{ACCOUNT_DEVICES_PAGE.theseDevicesAreSigned}</p>
        <DeviceList
          devices={devices.map(({ id, userAgent, ipAddress, createdAt, updatedAt }) => ({
            id,
            name: describeDevice(userAgent),
            address: ipAddress,
            signedInAt: createdAt.toISOString(),
            lastUsedAt: updatedAt.toISOString(),
            isThis: id === session.session.id,
          }))}
        />
      </AccountShell>
    </SignedInPage>
  );
});
