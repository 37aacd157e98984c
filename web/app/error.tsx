'use client';
import { Button } from '../components/button.tsx';
import { MessagePage } from '../components/message-page.tsx';

/** For a page that could not be made: the database away, or a fault of ours. The log has the reason, the page has not. */
export default function ErrorPage() {
  return (
    <MessagePage
      title="This page did not work"
      action={
        <Button variant="primary" onClick={() => window.location.reload()}>
          Try again
        </Button>
      }
    >
      Something on our side failed. Your data is safe. Please try again in a moment.
    </MessagePage>
  );
}
