import { MessagePage } from './message-page.tsx';

/** What stands in the place of every page that needs the database while that is away. It works without scripts. */
export function UnavailablePage() {
  // oxlint-disable-next-line jsx-a11y/anchor-is-valid -- an empty address is this page again, with its parameters
  const again = <a href="">Try again</a>;
  return (
    <MessagePage title="Fieldgate is not available right now" action={again}>
      Our database does not answer. Your tasks are safe, and if you were signed in, you still are. Please try again in a
      moment.
    </MessagePage>
  );
}
