import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import Negotiator from 'negotiator';

/** What the page tells. */
export interface LandingPage {
  /** The API's own origin, as browsers see it. */
  readonly apiUrl: string;
  /** The web app's, where tokens come from. */
  readonly webUrl: string;
  /** The origins whose pages may explore the API. */
  readonly explorers: readonly string[];
}

/** Where Apollo serves Sandbox. */
const STUDIO = 'https://studio.apollographql.com';

/**
 * `GET /graphql` by a browser: a page that says what this is, how to get a token, and where to explore. Only a request
 * that would rather have HTML than JSON finds the route; any other GET is answered as if there were none.
 */
export function routeLandingPage(app: FastifyInstance, page: LandingPage): void {
  const html = landingPage(page);
  const headers = {
    'content-type': HTML,
    // The page is text and its one style sheet, which is named by its hash: nothing can be put in, not even by us.
    'content-security-policy': `default-src 'none'; style-src '${hashOf(STYLE)}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-frame-options': 'DENY',
    vary: 'Accept, Origin',
  };
  app.addConstraintStrategy({
    name: 'representation',
    storage: () => {
      const handlers = new Map<unknown, Handler>();
      return { get: (key) => handlers.get(key) ?? null, set: (key, handler) => void handlers.set(key, handler) };
    },
    deriveConstraint: ({ method, headers: { accept } }) =>
      (method === 'GET' || method === 'HEAD') && prefersHtml(accept) ? 'html' : undefined,
    mustMatchWhenDerived: false,
  });
  app.get('/graphql', { constraints: { representation: 'html' } }, (_request, reply) => {
    void reply.headers(headers).send(html);
  });
}

type Strategy = Parameters<FastifyInstance['addConstraintStrategy']>[0];
type Handler = Parameters<ReturnType<Strategy['storage']>['set']>[1];

const HTML = 'text/html; charset=utf-8';
const OFFERED = ['application/json; charset=utf-8', 'application/graphql-response+json; charset=utf-8', HTML];

/** Whether a client would rather have HTML than any JSON (RFC 9110 §12.5.1), as browsers do of what is navigated to. */
function prefersHtml(accept: string | undefined): boolean {
  return /html/i.test(accept ?? '') && new Negotiator({ headers: { accept } }).mediaType(OFFERED) === HTML;
}

/** Returns the page. */
export function landingPage({ apiUrl, webUrl, explorers }: LandingPage): string {
  const endpoint = `${apiUrl}/graphql`;
  const sandbox = `${STUDIO}/sandbox/explorer?endpoint=${encodeURIComponent(endpoint)}`;
  const signIn = [
    `curl -s ${quoted(`${webUrl}/api/auth/sign-in/email`)} \\`,
    `  -H 'Content-Type: application/json' -H ${quoted(`Origin: ${webUrl}`)} \\`,
    `  -d '{"email":"you@example.com","password":"…"}'`,
  ];
  const ask = [
    `curl -s ${quoted(endpoint)} \\`,
    `  -H 'Content-Type: application/json' -H "Authorization: Bearer $TOKEN" \\`,
    `  -d '{"query":"{ viewer { email } }"}'`,
  ];
  const explore = explorers.includes(STUDIO)
    ? `<p><a href="${escaped(sandbox)}" rel="noreferrer">Open Apollo Sandbox with this endpoint</a>. Under <b>Headers</b>, set
<code>Authorization</code> to <code>Bearer</code> and your token; without one Sandbox shows what is public.</p>`
    : `<p>This server does not let Apollo Sandbox read its answers. To allow it, the operator sets
<code>EXPLORER_ORIGINS=${STUDIO}</code>.</p>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Fieldgate GraphQL API</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Fieldgate GraphQL API</h1>
<p>This is a GraphQL endpoint. Send it <code>POST</code> requests with a JSON body; the answer to a browser is this page.</p>
<h2>Get a token</h2>
<p>Sign up in <a href="${escaped(webUrl)}">the web app</a>, then sign in from a terminal. The answer has the token in <code>accessToken</code>:</p>
<pre tabindex="0"><code>${escaped(signIn.join('\n'))}</code></pre>
<h2>Send a query</h2>
<p>With the token in <code>$TOKEN</code>:</p>
<pre tabindex="0"><code>${escaped(ask.join('\n'))}</code></pre>
<h2>Explore the schema</h2>
${explore}
</main>
</body>
</html>
`;
}

const STYLE = `
:root { color-scheme: light dark; --text: light-dark(#1b1f24, #e6e8eb); --ground: light-dark(#fff, #14171a);
  --soft: light-dark(#f1f3f5, #21262b); --link: light-dark(#0b57d0, #8ab4f8); }
body { margin: 0; background: var(--ground); color: var(--text); font: 1rem/1.6 system-ui, sans-serif; }
main { max-width: 44rem; margin: 0 auto; padding: 2rem 1.25rem 3rem; }
h1 { font-size: 1.75rem; line-height: 1.25; margin: 0 0 1rem; }
h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; }
a { color: var(--link); }
code { font: .9em ui-monospace, monospace; background: var(--soft); border-radius: .25rem; padding: .1em .3em;
  overflow-wrap: anywhere; }
pre { background: var(--soft); border-radius: .5rem; padding: 1rem; overflow-x: auto; }
pre code { padding: 0; background: none; overflow-wrap: normal; }
`;

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

/** As one word of a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
