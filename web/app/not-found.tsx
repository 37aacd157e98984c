import type { Metadata } from 'next';
import { MessagePage } from '../components/message-page.tsx';

export const metadata: Metadata = { title: 'Not found' };

/** Shown for unknown URLs. */
export default function NotFound() {
  return (
    <MessagePage
      title="Page not found"
      // oxlint-disable-next-line nextjs/no-html-link-for-pages -- Next includes this page in every other one, and a Link with it
      action={<a href="/tasks">Go to your tasks</a>}
    >
      Please check the address, or go to your tasks.
    </MessagePage>
  );
}
