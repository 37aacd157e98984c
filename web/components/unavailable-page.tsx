import { MessagePage } from './message-page.tsx';

/** Replaces every page that needs the database while it is unavailable. It works without scripts. */
export function UnavailablePage() {
  // oxlint-disable-next-line jsx-a11y/anchor-is-valid -- an empty URL reloads this page, with its parameters
  const again = <a href="">Try again</a>;
  return (
    <MessagePage title="Fieldgate is not available right now" action={again}>
      Your tasks are safe, and you stay signed in. Please try again in a moment.
    </MessagePage>
  );
}
