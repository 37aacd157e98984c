import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import Negotiator from 'negotiator';

/** The contents of the page. */
export interface LandingPage {
  /** The public origin of the API. */
  readonly apiUrl: string;
  /** The public origin of the web app, which issues the tokens. */
  readonly webUrl: string;
  /** The origins whose pages may explore the API. */
  readonly explorers: readonly string[];
}

/** The origin of Apollo Sandbox. */
const STUDIO = 'https://studio.apollographql.com';

/**
 * Adds `GET /graphql` for browsers: a page with how to get a token, send a query and explore the schema. The route matches
 * only requests that prefer HTML to JSON; any other GET is answered as if the route did not exist.
 */
export function routeLandingPage(app: FastifyInstance, page: LandingPage): void {
  const html = landingPage(page);
  const headers = {
    'content-type': HTML,
    // Only text and one style sheet, allowed by its hash: injected markup could neither run nor load anything.
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

/** Whether a client prefers HTML to JSON (RFC 9110 §12.5.1), as browsers do for navigations. */
function prefersHtml(accept: string | undefined): boolean {
  return /html/i.test(accept ?? '') && new Negotiator({ headers: { accept } }).mediaType(OFFERED) === HTML;
}

/** Returns the HTML of the page. */
export function landingPage({ apiUrl, webUrl, explorers }: LandingPage): string {
  const endpoint = `${apiUrl}/graphql`;
  const sandbox = `${STUDIO}/sandbox/explorer?endpoint=${encodeURIComponent(endpoint)}`;
  const signIn = [
    `curl -s ${quoted(`${webUrl}/api/auth/sign-in/email`)} \\`,
    `  -H 'Content-Type: application/json' -H ${quoted(`Origin: ${webUrl}`)} \\`,
    `  -d '{"email":"you@example.com","password":"…"}'`,
  ];
  const query = [
    `curl -s ${quoted(endpoint)} \\`,
    `  -H 'Content-Type: application/json' -H "Authorization: Bearer $TOKEN" \\`,
    `  -d '{"query":"{ viewer { email } }"}'`,
  ];
  const explorer = `<p><a href="${escaped(`${webUrl}/explore`)}">Explore it in the web app</a>: an editor with the documentation of each field,
and the rule that decides each request.</p>`;
  const apollo = explorers.includes(STUDIO)
    ? `<p><a href="${escaped(sandbox)}" rel="noreferrer">Open Apollo Sandbox with this endpoint</a>. Under <b>Headers</b>, set
<code>Authorization</code> to <code>Bearer</code> and your token. Without a token, only public fields are available.</p>`
    : `<p>This server does not allow Apollo Sandbox to read its responses. To allow it, the operator sets
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
<p>This is a GraphQL endpoint. Send it <code>POST</code> requests with a JSON body; browsers get this page.</p>
<h2>Explore the schema</h2>
${explorer}
${apollo}
<h2>Get a token</h2>
<p>Sign up in <a href="${escaped(webUrl)}">the web app</a>, then sign in from a terminal. The response has the token in <code>accessToken</code>:</p>
<pre tabindex="0"><code>${escaped(signIn.join('\n'))}</code></pre>
<h2>Send a query</h2>
<p>With the token in <code>$TOKEN</code>:</p>
<pre tabindex="0"><code>${escaped(query.join('\n'))}</code></pre>
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

/** Quotes a text as one argument of a POSIX shell. */
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
