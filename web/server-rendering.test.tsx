import { AsyncLocalStorage, createHook } from 'node:async_hooks';
import { EventEmitter } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import v8 from 'node:v8';
import vm from 'node:vm';
import { useApolloClient } from '@apollo/client/react';
import type { ReactElement } from 'react';
import { renderToString } from 'react-dom/server';
import { describe, expect, test, vi } from 'vitest';
import ErrorPage from './app/error.tsx';
import GlobalError from './app/global-error.tsx';
import NotFound from './app/not-found.tsx';
import { VisitorPage } from './app/visitor-page.tsx';
import type { AccessDocument } from '../runtime/access-document.ts';
import { Announcer } from './components/announcer.tsx';
import { Answer } from './components/answer.tsx';
import { Brand } from './components/brand.tsx';
import { ButtonLink } from './components/button-link.tsx';
import { Button } from './components/button.tsx';
import { ConnectionBanner } from './components/connection-banner.tsx';
import { CodeField } from './components/code-field.tsx';
import { Dialog } from './components/dialog.tsx';
import { ErrorRegion } from './components/error-region.tsx';
import { lazily } from './components/lazily.tsx';
import { MessagePage } from './components/message-page.tsx';
import { Notice } from './components/notice.tsx';
import { PageHeader } from './components/page-header.tsx';
import { ReloadWhenRestored } from './components/reload-when-restored.tsx';
import { SiteLinks } from './components/site-links.tsx';
import { TryDemoButton } from './components/try-demo-button.tsx';
import { TextArea } from './components/text-area.tsx';
import { TextField } from './components/text-field.tsx';
import { UnavailablePage } from './components/unavailable-page.tsx';
import { DoneMessage } from './components/done-message.tsx';
import { LocalTime } from './components/local-time.tsx';
import { Pager } from './components/pager.tsx';
import { Panel } from './components/panel.tsx';
import { Row, Rows } from './components/rows.tsx';
import { AccessCell } from './features/access/access-cell.tsx';
import { AccessFilters } from './features/access/access-filters.tsx';
import { AccessLegend } from './features/access/access-legend.tsx';
import { AccessPage } from './features/access/access-page.tsx';
import { AccessScreen } from './features/access/access-screen.tsx';
import { AccessTable } from './features/access/access-table.tsx';
import { FieldDetails } from './features/access/field-details.tsx';
import { TryField } from './features/access/try-field.tsx';
import { AccountFacts } from './features/accounts/account-facts.tsx';
import { AccountMenu } from './features/accounts/account-menu.tsx';
import { AccountShell } from './features/accounts/account-shell.tsx';
import { BanButton } from './features/accounts/ban-button.tsx';
import { ChangePasswordForm } from './features/accounts/change-password-form.tsx';
import { DeleteAccount } from './features/accounts/delete-account.tsx';
import { DeviceList, type ListedDevice } from './features/accounts/device-list.tsx';
import { EventRows } from './features/accounts/event-rows.tsx';
import { ExportData } from './features/accounts/export-data.tsx';
import { LogFilter } from './features/accounts/log-filter.tsx';
import { ChangeEmailForm } from './features/accounts/change-email-form.tsx';
import { ForgotPasswordForm } from './features/accounts/forgot-password-form.tsx';
import { Message } from './features/accounts/message.tsx';
import { PageLink } from './features/accounts/page-link.tsx';
import { ResetPasswordForm } from './features/accounts/reset-password-form.tsx';
import { UnverifiedNotice } from './features/accounts/unverified-notice.tsx';
import { VerifyEmail } from './features/accounts/verify-email.tsx';
import { ProfileForm } from './features/accounts/profile-form.tsx';
import { AccountPage } from './features/accounts/account-page.tsx';
import { EmailField } from './features/accounts/email-field.tsx';
import { PasswordField } from './features/accounts/password-field.tsx';
import { PasswordRules } from './features/accounts/password-rules.tsx';
import { ProviderButtons } from './features/accounts/provider-buttons.tsx';
import { SecondFactorForm } from './features/accounts/second-factor-form.tsx';
import { SessionEndedMessage } from './features/accounts/session-ended-message.tsx';
import { SignInForm } from './features/accounts/sign-in-form.tsx';
import { SignOutButton } from './features/accounts/sign-out-button.tsx';
import { SignUpForm } from './features/accounts/sign-up-form.tsx';
import { BackupCodes } from './features/security/backup-codes.tsx';
import { PasskeySection } from './features/security/passkey-section.tsx';
import { ProviderSection } from './features/security/provider-section.tsx';
import { QrCode } from './features/security/qr-code.tsx';
import { AnswerPanel } from './features/explore/answer-panel.tsx';
import { SignedInExplorer, SignedOutExplorer } from './features/explore/explorers.tsx';
import { SandboxSection } from './features/explore/sandbox-section.tsx';
import { Landing } from './features/landing/landing.tsx';
import { LiveRefusal } from './features/landing/live-refusal.tsx';
import { SecondFactorSection } from './features/security/second-factor-section.tsx';
import { SecuritySettings } from './features/security/security-settings.tsx';
import { StepUpDialog } from './features/security/step-up-dialog.tsx';
import { StepUpProvider } from './features/security/step-up-provider.tsx';
import { LazyShortcuts } from './features/shortcuts/lazy-shortcuts.tsx';
import { AddTask } from './features/tasks/add-task.tsx';
import { ClearDoneTasks } from './features/tasks/clear-done-tasks.tsx';
import { ConflictChoice } from './features/tasks/conflict-choice.tsx';
import { DiscardDialog } from './features/tasks/discard-dialog.tsx';
import { DueDate } from './features/tasks/due-date.tsx';
import { EditTaskDialog } from './features/tasks/edit-task-dialog.tsx';
import type { InitialTasks } from './features/tasks/initial-tasks.ts';
import { EmptyList } from './features/tasks/empty-list.tsx';
import { ListControls } from './features/tasks/list-controls.tsx';
import { ListSkeleton } from './features/tasks/list-skeleton.tsx';
import { ListActions } from './features/tasks/list-actions.tsx';
import { SelectionBar } from './features/tasks/selection-bar.tsx';
import { MoveHandle, MoveRows } from './features/tasks/move-rows.tsx';
import { PriorityField } from './features/tasks/priority-field.tsx';
import { WHOLE_LIST } from './features/tasks/list-view.ts';
import { TaskDates } from './features/tasks/task-dates.tsx';
import { TaskDialog } from './features/tasks/task-dialog.tsx';
import { TaskList } from './features/tasks/task-list.tsx';
import { TaskRow } from './features/tasks/task-row.tsx';
import { TaskRows } from './features/tasks/task-rows.tsx';
import { TaskScreen } from './features/tasks/task-screen.tsx';
import { UndoProvider } from './features/tasks/undo.tsx';
import { ApiProvider } from './graphql/api-provider.tsx';
import type { TaskFieldsFragment } from './graphql/generated/operations.ts';

const HOME = import.meta.dirname;
const Lazy = lazily('lazy', async () => () => 'loaded');
const attempt = () => Promise.resolve(true);
const nothing = () => undefined;
const SELECTION = { ids: null, start: nothing, stop: nothing, selectAll: nothing, toggle: nothing };
const TASK: Omit<TaskFieldsFragment, ' $fragmentName'> = {
  __typename: 'Task',
  id: '018f0000-0000-7000-8000-000000000001',
  title: 'Write the test first',
  description: 'With a short text',
  done: false,
  dueAt: '2026-11-21T12:00:00.000Z',
  priority: 'HIGH',
  position: 1,
  version: 1,
  createdAt: '2026-11-20T12:00:00.000Z',
  updatedAt: '2026-11-20T12:00:00.000Z',
  steps: [],
};
const FORM = { title: 'mine', description: '', dueDay: '', priority: 'LOW' } as const;
const INITIAL: InitialTasks = {
  address: '/tasks',
  today: '2026-11-21',
  page: {
    __typename: 'Query',
    tasks: {
      __typename: 'TaskConnection',
      totalCount: 1,
      edges: [{ __typename: 'TaskEdge', cursor: 'c', node: TASK }],
      pageInfo: { __typename: 'PageInfo', endCursor: 'c', hasNextPage: false },
    },
  },
  task: null,
};

const DEVICE: ListedDevice = {
  id: '1',
  name: 'Firefox on Windows',
  address: '203.0.113.7',
  signedInAt: '2026-11-21T12:00:00.000Z',
  lastUsedAt: '2026-11-21T12:00:00.000Z',
  isThis: false,
};
const EVENT = {
  __typename: 'AuthEvent',
  id: '1',
  kind: 'SIGN_IN',
  outcome: 'FAILED',
  address: '203.0.113.7',
  userAgent: null,
  detail: 'INVALID_EMAIL_OR_PASSWORD',
  createdAt: '2026-11-21T12:00:00.000Z',
} as const;

const FIELD: AccessDocument['types'][number]['fields'][number] = {
  coordinate: 'Query.tasks',
  name: 'tasks',
  description: null,
  type: '[Task!]!',
  requires: 'signed in',
  isPublic: false,
  cells: [{ outcome: 'refused', label: 'UNAUTHENTICATED' }],
  rules: [{ directive: '@auth', coordinate: 'Query.tasks', source: 'schema/task.graphql:1' }],
  ownerArguments: [{ name: 'userId', accepts: 'own' }],
  ownedTypes: ['Task'],
  example: { kind: 'query', text: '{ tasks }' },
};
const MAP: AccessDocument = {
  caller: ['anonymous'],
  audiences: ['anonymous'],
  legend: [['yes', 'every object']],
  types: [{ name: 'Query', description: null, fields: [FIELD] }],
  rows: [{ type: 'Task', table: 'app.task', predicate: 'p', policies: 'create policy' }],
};
const DEMO = { email: 'demo@example.com', password: 'a password' };

const inside = (children: ReactElement) => (
  <ApiProvider apiUrl="http://localhost:4000" userId="ada">
    {children}
  </ApiProvider>
);

/** Every file with client components, and a tree that renders them. */
const TREES: Readonly<Record<string, () => ReactElement>> = {
  'app/error.tsx': () => <ErrorPage />,
  'app/global-error.tsx': () => <GlobalError />,
  'app/not-found.tsx': () => <NotFound />,
  'app/visitor-page.tsx': () => <VisitorPage path="/access">text</VisitorPage>,
  'components/answer.tsx': () => <Answer answer={{ outcome: 'unavailable' }} />,
  'components/button-link.tsx': () => <ButtonLink to="/">text</ButtonLink>,
  'components/site-links.tsx': () => <SiteLinks audience="admin" />,
  'components/try-demo-button.tsx': () => <TryDemoButton account={DEMO} next="/tasks" />,
  'features/access/access-cell.tsx': () => <AccessCell cell={{ outcome: 'allowed', label: 'yes, if signed in' }} />,
  'features/access/access-filters.tsx': () => (
    <AccessFilters filter={{ text: '', audience: '', publicOnly: false }} audiences={['owner']} onChange={nothing} />
  ),
  'features/access/access-legend.tsx': () => <AccessLegend legend={MAP.legend} />,
  'features/access/access-page.tsx': () => <AccessPage result={MAP} isSignedIn={false} apiUrl="" demo={DEMO} />,
  'features/access/access-screen.tsx': () => <AccessScreen document={MAP} apiUrl="" demo={DEMO} />,
  'features/access/access-table.tsx': () => (
    <AccessTable
      types={MAP.types}
      audiences={MAP.audiences}
      columns={MAP.audiences}
      caller={MAP.caller}
      selected=""
      onSelect={nothing}
    />
  ),
  'features/access/field-details.tsx': () => (
    <FieldDetails field={FIELD} document={MAP} onClose={nothing}>
      text
    </FieldDetails>
  ),
  'features/access/try-field.tsx': () => <TryField field={FIELD} document={MAP} apiUrl="" demoTokens={null} />,
  'features/explore/answer-panel.tsx': () => <AnswerPanel state="waiting" explain />,
  'features/explore/explore-screen.tsx,explorers.tsx': () => (
    <SignedOutExplorer endpoint="http://localhost:4000/graphql" explain introspection />
  ),
  'features/explore/explorers.tsx': () =>
    inside(<SignedInExplorer endpoint="http://localhost:4000/graphql" explain introspection />),
  'features/explore/sandbox-section.tsx': () => (
    <SandboxSection endpoint="http://localhost:4000/graphql" send={() => Promise.reject(new Error('not sent'))} />
  ),
  'features/landing/landing.tsx': () => <Landing apiUrl="" demo={DEMO} />,
  'features/landing/live-refusal.tsx': () => <LiveRefusal apiUrl="" demo={DEMO} />,
  'components/announcer.tsx': () => <Announcer>text</Announcer>,
  'components/brand.tsx': () => <Brand />,
  'components/button.tsx': () => <Button busy>text</Button>,
  'components/lazily.tsx': () => <Lazy />,
  'components/error-region.tsx': () => (
    <ErrorRegion
      errors={[{ key: 'key', id: 1, text: 'text', action: { label: 'Try again', run: nothing } }]}
      onDismiss={nothing}
    />
  ),
  'components/done-message.tsx': () => <DoneMessage>text</DoneMessage>,
  'components/local-time.tsx': () => <LocalTime at="2026-11-21T12:00:00.000Z" />,
  'components/pager.tsx': () => <Pager newest="/a" older="/b" />,
  'components/panel.tsx': () => <Panel title="title">text</Panel>,
  'components/rows.tsx': () => (
    <Rows label="label">
      <Row name="name" problem="failed" details={['one']} />
    </Rows>
  ),
  'components/connection-banner.tsx': () => <ConnectionBanner />,
  'components/code-field.tsx': () => <CodeField />,
  'components/dialog.tsx': () => (
    <Dialog title="title" onClose={nothing}>
      text
    </Dialog>
  ),
  'components/message-page.tsx': () => (
    <MessagePage title="title" action={null}>
      text
    </MessagePage>
  ),
  'components/notice.tsx': () => <Notice>text</Notice>,
  'components/page-header.tsx': () => (
    <PageHeader audience="admin" account="text">
      text
    </PageHeader>
  ),
  'components/reload-when-restored.tsx': () => <ReloadWhenRestored />,
  'components/text-area.tsx': () => <TextArea label="Description" name="description" />,
  'components/text-field.tsx': () => <TextField label="Title" name="title" />,
  'components/unavailable-page.tsx': () => <UnavailablePage />,
  'features/accounts/account-menu.tsx': () => <AccountMenu email="ada@example.com" />,
  'features/accounts/account-shell.tsx': () => (
    <AccountShell path="/account" title="title">
      text
    </AccountShell>
  ),
  'features/accounts/ban-button.tsx': () => inside(<BanButton userId="1" email="ada@example.com" banned={false} />),
  'features/accounts/change-password-form.tsx': () =>
    inside(<ChangePasswordForm email="ada@example.com" policy="classic" />),
  'features/accounts/delete-account.tsx': () => inside(<DeleteAccount />),
  'features/accounts/device-list.tsx': () => inside(<DeviceList devices={[DEVICE, { ...DEVICE, id: '2' }]} />),
  'features/accounts/event-rows.tsx': () => <EventRows label="label" events={[EVENT]} />,
  'features/accounts/export-data.tsx': () => inside(<ExportData />),
  'features/accounts/log-filter.tsx': () => <LogFilter user="" kind="" outcome="" />,
  'features/accounts/change-email-form.tsx': () => inside(<ChangeEmailForm />),
  'features/accounts/profile-form.tsx': () => inside(<ProfileForm name="Ada" />),
  'features/accounts/account-page.tsx': () => (
    <AccountPage title="Sign in" alternative={null}>
      text
    </AccountPage>
  ),
  'features/accounts/email-field.tsx': () => <EmailField />,
  'features/accounts/password-field.tsx': () => <PasswordField label="Password" />,
  'features/accounts/password-rules.tsx': () => <PasswordRules checks={[]} password="" />,
  'features/accounts/provider-buttons.tsx': () => (
    <ProviderButtons providers={[{ id: 'acme', name: 'Acme' }]} next="/tasks" error="account_not_linked" />
  ),
  'features/accounts/forgot-password-form.tsx': () => <ForgotPasswordForm />,
  'features/accounts/message.tsx': () => <Message>text</Message>,
  'features/accounts/page-link.tsx': () => <PageLink to="/sign-in">text</PageLink>,
  'features/accounts/reset-password-form.tsx': () => <ResetPasswordForm policy="classic" />,
  'features/accounts/unverified-notice.tsx': () => <UnverifiedNotice />,
  'features/accounts/verify-email.tsx': () => <VerifyEmail />,
  'features/accounts/second-factor-form.tsx': () => <SecondFactorForm next="/tasks" onRestart={nothing} />,
  'features/accounts/session-ended-message.tsx': () => <SessionEndedMessage hasEnded />,
  'features/accounts/sign-in-form.tsx': () => <SignInForm next="/tasks" awaitsCode={false} />,
  'features/accounts/sign-out-button.tsx': () => inside(<SignOutButton />),
  'features/accounts/sign-up-form.tsx': () => <SignUpForm next="/tasks" policy="classic" />,
  'features/security/backup-codes.tsx': () => <BackupCodes codes={['a']} onDone={nothing} />,
  'features/security/provider-section.tsx': () => (
    <ProviderSection
      providers={[
        { id: 'acme', name: 'Acme', linked: true },
        { id: 'other', name: 'Other', linked: false },
      ]}
      failure={null}
    />
  ),
  'features/security/passkey-section.tsx': () => (
    <PasskeySection passkeys={[{ id: 'p', name: 'Phone' }]} onChange={() => Promise.resolve()} />
  ),
  'features/security/qr-code.tsx': () => <QrCode text="otpauth://totp/x" label="QR code" />,
  'features/security/second-factor-section.tsx': () => <SecondFactorSection enabled onChange={nothing} />,
  'features/security/security-settings.tsx': () => <SecuritySettings />,
  'features/security/step-up-dialog.tsx': () => <StepUpDialog onFinish={nothing} />,
  'features/security/step-up-provider.tsx': () => <StepUpProvider>text</StepUpProvider>,
  'features/accounts/account-facts.tsx': () => <AccountFacts facts={null} />,
  'features/shortcuts/lazy-shortcuts.tsx': () => <LazyShortcuts />,
  'features/tasks/list-actions.tsx': () =>
    inside(
      <ListActions
        list={{ current: null }}
        tasks={[TASK]}
        total={1}
        view={WHOLE_LIST}
        selection={SELECTION}
        attempt={attempt}
      >
        text
      </ListActions>,
    ),
  'features/tasks/selection-bar.tsx': () => (
    <SelectionBar selection={SELECTION} tasks={[TASK]} total={1} attempt={attempt} />
  ),
  'features/tasks/move-rows.tsx': () => (
    <MoveRows list={{ current: null }} rows={[]} move={nothing} whyNot={undefined}>
      <MoveHandle id="1" title="Mend the gate" disabled />
    </MoveRows>
  ),
  'features/tasks/undo.tsx': () => <UndoProvider>text</UndoProvider>,
  'features/tasks/add-task.tsx': () => inside(<AddTask attempt={attempt} />),
  'features/tasks/clear-done-tasks.tsx': () => inside(<ClearDoneTasks attempt={attempt} />),
  'features/tasks/conflict-choice.tsx': () => (
    <ConflictChoice field="title" mine={FORM} theirs={{ ...FORM, title: 'theirs' }} onChoose={nothing} />
  ),
  'features/tasks/discard-dialog.tsx': () => <DiscardDialog onKeep={nothing} onDiscard={nothing} />,
  'features/tasks/due-date.tsx': () => <DueDate dueAt={TASK.dueAt ?? ''} done={false} />,
  'features/tasks/edit-task-dialog.tsx': () =>
    inside(<EditTaskDialog task={TASK} completedAt={null} onClose={nothing} />),
  'features/tasks/empty-list.tsx': () => <EmptyList view={{ ...WHOLE_LIST, text: 'gate' }} />,
  'features/tasks/list-controls.tsx': () => <ListControls view={WHOLE_LIST} />,
  'features/tasks/list-skeleton.tsx': () => <ListSkeleton />,
  'features/tasks/priority-field.tsx': () => <PriorityField value="HIGH" />,
  'features/tasks/task-list.tsx': () => inside(<TaskList view={WHOLE_LIST} today={INITIAL.today} onOpen={nothing} />),
  'features/tasks/task-row.tsx': () =>
    inside(<TaskRow task={TASK} attempt={attempt} onOpen={nothing} selected={null} onSelect={nothing} />),
  'features/tasks/task-dates.tsx': () => <TaskDates task={TASK} completedAt={TASK.updatedAt} />,
  'features/tasks/task-dialog.tsx': () => inside(<TaskDialog id={TASK.id} onClose={nothing} />),
  'features/tasks/task-rows.tsx': () =>
    inside(
      <TaskRows
        list={{ current: null }}
        tasks={[TASK]}
        totalCount={1}
        busy={false}
        attempt={attempt}
        onOpen={nothing}
        selection={SELECTION}
      />,
    ),
  'features/tasks/task-screen.tsx': () => inside(<TaskScreen initial={INITIAL} />),
  'features/tasks/task-screen.tsx, with the API unavailable': () =>
    inside(<TaskScreen initial={{ ...INITIAL, page: null }} />),
  'graphql/api-provider.tsx': () => inside(<p>text</p>),
};

/** Async resources of promises and queued callbacks: they hold nothing once they have run. */
const TRANSIENT = new Set(['PROMISE', 'Microtask', 'TickObject', 'RANDOMBYTESREQUEST']);

/** Returns what `work` has created or registered that outlives it, by name. */
function resourcesHeldBy(work: () => void): string[] {
  const held: string[] = [];
  const rendering = new AsyncLocalStorage<true>();
  const hook = createHook({
    init: (_, type) => void (rendering.getStore() && !TRANSIENT.has(type) && held.push(type)),
  });
  const spies = [
    vi
      .spyOn(EventTarget.prototype, 'addEventListener')
      .mockImplementation((type) => void held.push(`listener: ${type}`)),
    vi.spyOn(EventEmitter.prototype, 'on').mockImplementation(function on(this: EventEmitter, name) {
      held.push(`listener: ${String(name)}`);
      return this;
    }),
    vi.spyOn(navigator.locks, 'request').mockImplementation((name) => {
      held.push(`lock: ${name}`);
      return Promise.resolve();
    }),
    vi.spyOn(globalThis, 'fetch').mockImplementation(() => {
      held.push('fetch');
      return new Promise(nothing);
    }),
  ];
  hook.enable();
  try {
    rendering.run(true, work);
  } finally {
    hook.disable();
    for (const spy of spies) spy.mockRestore();
  }
  return held;
}

/** Counts the resources that keep the event loop alive, by type. */
function activeResources(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const type of process.getActiveResourcesInfo()) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
}

/** Collects garbage at once: objects that are left are referenced. */
function collectGarbage(): void {
  v8.setFlagsFromString('--expose-gc');
  vm.runInNewContext('gc')();
}

function* filesIn(folder: string): Generator<string> {
  for (const entry of fs.readdirSync(path.join(HOME, folder), { withFileTypes: true })) {
    const file = path.posix.join(folder, entry.name);
    if (entry.isDirectory()) yield* filesIn(file);
    else if (file.endsWith('.tsx')) yield file;
  }
}
/** Loaded in browsers alone (`ssr: false`). */
const BROWSER_ONLY = [
  'features/explore/graphiql-editor.tsx',
  'features/explore/sandbox-frame.tsx',
  'features/shortcuts/shortcut-sheet.tsx',
  'features/shortcuts/shortcuts.tsx',
  'features/tasks/bulk-bar.tsx',
  'features/tasks/clear-done-dialog.tsx',
  'features/tasks/row-steps.tsx',
  'features/tasks/step-row.tsx',
  'features/tasks/task-steps.tsx',
  'features/tasks/undo-offer.tsx',
  'features/tasks/windowed-rows.tsx',
];
const isExcluded = (file: string) =>
  BROWSER_ONLY.includes(file) ||
  /\/(page|layout|or-unavailable|signed-in-page|tasks-page)\.tsx$|\.test\.tsx$/.test(file);

describe('rendering on the server', () => {
  test('the trees cover every file with client components', () => {
    const files = ['app', 'components', 'features', 'graphql'].flatMap((folder) => [...filesIn(folder)]);
    const rendered = new Set(Object.keys(TREES).map((name) => name.split(',', 1)[0]));
    expect(files.filter((file) => !isExcluded(file) && !rendered.has(file))).toEqual([]);
  });

  test.each([
    ['a BroadcastChannel', () => void new BroadcastChannel('name')],
    ['a MessageChannel', () => void new MessageChannel()],
    ['a timer', () => void setTimeout(nothing, 0).unref()],
    ['an interval', () => void setInterval(nothing, 1_000).unref()],
    ['a deadline', () => void AbortSignal.timeout(10)],
    ['a watched file', () => fs.watch(HOME).close()],
    ['a listener on the process', () => void process.on('SIGUSR2', nothing)],
    ['a listener on a signal', () => new AbortController().signal.addEventListener('abort', nothing)],
    ['a lock', () => void navigator.locks.request('name', nothing)],
    ['a request', () => void fetch('http://127.0.0.1:9')],
  ])('the test would detect %s', (_, make) => {
    expect(resourcesHeldBy(make)).not.toEqual([]);
  });

  // covers: OPS-10
  test.each(Object.entries(TREES))('rendering on the server creates no handle: %s', (_, tree) => {
    // The first render loads modules and fills caches.
    renderToString(tree());
    const held = resourcesHeldBy(() => void renderToString(tree()));
    expect(held).toEqual([]);
  });

  // covers: LIST-02
  test.each(Object.entries(TREES))('nothing that needs scripts is enabled before hydration: %s', (name, tree) => {
    // A form that works without scripts.
    if (name === 'features/accounts/log-filter.tsx') return;
    const html = renderToString(tree()).replaceAll(/<fieldset disabled="".*?<\/fieldset>/g, '');
    const controls = html.match(/<button[^>]*>|<input[^>]*type="checkbox"[^>]*>|<select[^>]*>/g) ?? [];
    // A button with a popover target works without scripts.
    expect(controls.filter((control) => !/ disabled=""| popoverTarget=/i.test(control))).toEqual([]);
  });

  // covers: OPS-10
  test('200 rendered task pages leave no Apollo client and no active resource', async () => {
    const clients: WeakRef<object>[] = [];
    const Probe = () => {
      clients.push(new WeakRef(useApolloClient()));
      return <TaskScreen initial={INITIAL} />;
    };
    const before = activeResources();
    for (let view = 0; view < 200; view++) renderToString(inside(<Probe />));
    expect(activeResources()).toEqual(before);
    await vi.waitFor(() => {
      collectGarbage();
      // The last one may still be referenced from the stack.
      expect(clients.filter((client) => client.deref()).length).toBeLessThanOrEqual(1);
    });
  });
});
