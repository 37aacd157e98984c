'use client';
import { Button } from '../components/button.tsx';
import { MessagePage } from '../components/message-page.tsx';
import { ERROR_PAGE } from '../words.ts';

/** Shown if rendering a page failed. The log has the cause, the page does not reveal it. */
export default function ErrorPage() {
  return (
    <MessagePage
      title={ERROR_PAGE.somethingWentWrong}
      action={
        <Button variant="primary" onClick={() => window.location.reload()}>
          {ERROR_PAGE.tryAgain}
        </Button>
      }
    >
      {ERROR_PAGE.thisPageCouldNot}
    </MessagePage>
  );
}
