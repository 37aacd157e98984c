import { expect, onTestFinished, test, vi } from 'vitest';
import { DEMO_ACCOUNT } from '../../runtime/demo-account.ts';
import { createInstallation, READY_LINE, startFieldgate } from '../support/fieldgate-process.ts';
import { startTraceReceiver } from '../support/trace-receiver.ts';

// covers: SEE-05, SEE-07, SEE-09
test('a page and the requests that it sends to the API are one trace, and have one request id in both logs', async () => {
  const receiver = await startTraceReceiver();
  onTestFinished(receiver.close);
  const { settings, webUrl } = await createInstallation();
  const run = startFieldgate({
    ...settings,
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
    TRUSTED_PROXIES: '127.0.0.1,::1',
  });
  await run.waitForOutput(READY_LINE);
  const signedIn = await fetch(`${webUrl}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: webUrl },
    body: JSON.stringify(DEMO_ACCOUNT),
  });
  const cookie = signedIn.headers.getSetCookie().map((line) => line.split(';', 1)[0]);
  const page = await fetch(`${webUrl}/tasks`, { headers: { cookie: cookie.join('; ') } });
  const html = await page.text();

  // The start has sent requests of its own, for the tasks of the demo account.
  const ofPage = () => receiver.spans.find(({ service, name }) => service === 'fieldgate-web' && name === 'GET /tasks');
  const ofApi = () =>
    receiver.spans.find(({ name, traceId }) => name === 'POST /graphql' && traceId === ofPage()?.traceId);
  await vi.waitUntil(ofApi, { timeout: 30_000, interval: 100 });
  const { traceId, spanId } = ofPage() ?? {};
  expect(ofApi()).toMatchObject({ service: 'fieldgate-api', parentSpanId: spanId });
  // The browser's requests name the same span.
  expect(html).toContain(`00-${traceId}-${spanId}-01`);

  const requestId = page.headers.get('x-request-id');
  const answered = () =>
    run
      .output()
      .split('\n')
      .filter((line) => line.startsWith('{') && line.includes(`"requestId":"${requestId}"`))
      .map((line) => JSON.parse(line) as { process?: string; traceId?: string; msg: string });
  await vi.waitUntil(() => answered().length > 1, { timeout: 10_000, interval: 100 });
  expect(answered().map(({ process }) => process ?? 'api')).toEqual(expect.arrayContaining(['api', 'web']));
  for (const line of answered()) expect(line).toMatchObject({ msg: 'answered', traceId });
});
