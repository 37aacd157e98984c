import type { Metadata } from 'next';
import { MessagePage } from '../components/message-page.tsx';
import { NOT_FOUND_PAGE } from '../words.ts';

export const metadata: Metadata = { title: NOT_FOUND_PAGE.notFound };

/** Shown for unknown URLs. */
export default function NotFound() {
  return (
    <MessagePage
      title={NOT_FOUND_PAGE.pageNotFound}
      // oxlint-disable-next-line nextjs/no-html-link-for-pages -- Next includes this page in every other one, and a Link with it
      action={<a href="/tasks">{NOT_FOUND_PAGE.goToYourTasks}</a>}
    >
      {NOT_FOUND_PAGE.pleaseCheckTheAddress}
    </MessagePage>
  );
}
