import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type AccessViewer, audiencesOf, createSchemaSdl, type Policy, viewerOfAudience } from '../access/index.ts';
import { type AuthenticateRequest, viewerOf } from './authenticate-request.ts';
import { HttpError } from './fastify-server.ts';

/** Options of `routeSchema`. */
export interface SchemaRouteOptions {
  readonly policy: Policy;
  readonly authenticateRequest: AuthenticateRequest;
}

/**
 * Adds `GET /schema.graphql`: the schema as introspection shows it to the caller, in SDL, with its access directives. With
 * `?as=`, the schema of another audience that sees no more than the caller does.
 */
export function routeSchema(app: FastifyInstance, { policy, authenticateRequest }: SchemaRouteOptions): void {
  const schemas = createSchemaSdl(policy);
  const tags = new Map<string, string>();

  app.get('/schema.graphql', {
    onSend: (_request, reply, payload, done) => {
      // A copy may be kept, but it is asked for again each time: with another token, or none, the schema is another.
      const caching = reply.statusCode < 400 ? 'private, no-cache' : 'private, no-store';
      void reply.headers({ 'cache-control': caching, vary: 'Authorization, Origin' });
      done(null, payload);
    },
    handler: async (request, reply) => {
      const viewer = await viewerOf(request, authenticateRequest);
      const sdl = schemas.sdlFor(audienceOf(request, viewer));
      const tag = tagOf(sdl);
      void reply.header('etag', tag);
      if (matches(request.headers['if-none-match'], tag)) return reply.code(304).send();
      // Not a type of its own, which browsers would download: no media type for SDL is registered.
      return reply.type('text/plain; charset=utf-8').send(sdl);
    },
  });

  function audienceOf({ query }: FastifyRequest, viewer: AccessViewer | null): AccessViewer | null {
    const { as: audience } = query as Readonly<Record<string, unknown>>;
    if (audience === undefined) return viewer;
    const narrower = typeof audience === 'string' ? viewerOfAudience(policy.schema, audience) : undefined;
    if (narrower === undefined)
      throw new HttpError('BAD_REQUEST', `Send \`as\` once, with one of: ${audiencesOf(policy.schema).join(', ')}.`);
    if (!schemas.seesAllOf(viewer, narrower)) throw new HttpError('FORBIDDEN');
    return narrower;
  }

  function tagOf(sdl: string): string {
    const tag = tags.get(sdl) ?? `"${createHash('sha256').update(sdl).digest('base64url')}"`;
    tags.set(sdl, tag);
    return tag;
  }
}

/** Whether an If-None-Match header names a tag (RFC 9110 §13.1.2, weak comparison). */
function matches(header: string | undefined, tag: string): boolean {
  const tags = (header ?? '').split(',').map((each) => each.trim().replace(/^W\//, ''));
  return tags.includes(tag) || header?.trim() === '*';
}
