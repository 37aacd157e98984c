import type { ReactNode } from 'react';
import { SessionUnavailable } from '../auth/session.ts';
import { UnavailablePage } from '../components/unavailable-page.tsx';
import { markUnavailable } from '../http/page-status.ts';

/**
 * A page that asks for the session: rendered as it is, or, while nobody knows the session, as a message with status 503.
 * Every page that asks for a session has to be wrapped in it, or Next answers 500 with an empty document.
 * @param page the page; redirects and whatever else it throws pass
 */
export function orUnavailable<Props>(page: (props: Props) => Promise<ReactNode>) {
  return async function PageOrUnavailable(props: Props): Promise<ReactNode> {
    try {
      return await page(props);
    } catch (error) {
      if (!(error instanceof SessionUnavailable)) throw error;
      markUnavailable();
      return <UnavailablePage />;
    }
  };
}
