import type { Metadata } from 'next';
import { MessagePage } from '../components/message-page.tsx';

export const metadata: Metadata = { title: 'Not found' };

/** For addresses that lead nowhere. */
export default function NotFound() {
  return (
    <MessagePage
      title="There is nothing here"
      // oxlint-disable-next-line nextjs/no-html-link-for-pages -- this page is part of every other: a Link would be too
      action={<a href="/tasks">Go to your tasks</a>}
    >
      The address may have been mistyped, or what was here has gone.
    </MessagePage>
  );
}
