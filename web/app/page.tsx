import { redirect } from 'next/navigation';
import { HOME } from '../auth/return-target.ts';
import { currentSession } from '../auth/session.ts';
import { orUnavailable } from './or-unavailable.tsx';

/** The front door: to the tasks, or to the sign-in page. */
export default orUnavailable(async function FrontDoor() {
  redirect((await currentSession()) ? HOME : '/sign-in');
});
