'use client';
import { Button } from '../components/button.tsx';
import { MessagePage } from '../components/message-page.tsx';

/** Shown if rendering a page failed. The log has the cause, the page does not reveal it. */
export default function ErrorPage() {
  return (
    <MessagePage
      title="Something went wrong"
      action={
        <Button variant="primary" onClick={() => window.location.reload()}>
          Try again
        </Button>
      }
    >
      This page could not be loaded. Your tasks are safe. Please try again in a moment.
    </MessagePage>
  );
}
