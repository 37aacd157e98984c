import type { ReactNode } from 'react';
import { SessionUnavailable } from '../auth/session.ts';
import { UnavailablePage } from '../components/unavailable-page.tsx';
import { markUnavailable } from '../http/page-status.ts';

/**
 * Wraps a page that reads the session: if the session cannot be read, it renders a message with status 503. Otherwise
 * Next would answer 500 with an empty document.
 * @param page the page; redirects and other errors that it throws are passed on
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
