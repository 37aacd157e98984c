import { MessagePage } from './message-page.tsx';
import { UNAVAILABLE_PAGE } from '../words.ts';

/** Replaces every page that needs the database while it is unavailable. It works without scripts. */
export function UnavailablePage() {
  // oxlint-disable-next-line jsx-a11y/anchor-is-valid -- an empty URL reloads this page, with its parameters
  const again = <a href="">{UNAVAILABLE_PAGE.tryAgain}</a>;
  return (
    <MessagePage title={UNAVAILABLE_PAGE.fieldgateIsNotAvailable} action={again}>
      {UNAVAILABLE_PAGE.yourTasksAreSafe}
    </MessagePage>
  );
}
