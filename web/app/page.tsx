import { redirect } from 'next/navigation';
import { HOME } from '../auth/return-target.ts';
import { currentSession } from '../auth/session.ts';
import { orUnavailable } from './or-unavailable.tsx';

/** Redirects to the tasks or, without a session, to the sign-in page. */
export default orUnavailable(async function StartPage() {
  redirect((await currentSession()) ? HOME : '/sign-in');
});
