import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import type { AgentOptions } from 'node:https';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../../server/operations/ports.ts';
import { inRoot } from '../../../server/operations/paths.ts';

/** The host names in docs/deploy/haproxy.cfg. */
export const API_NAME = 'api.tasks.example';
export const WEB_NAME = 'tasks.example';

/** HAProxy's executable, where Debian and Alpine install it. */
const HAPROXY = ['/usr/sbin/haproxy', '/usr/local/sbin/haproxy'].find((file) => fs.existsSync(file));
const START_MILLISECONDS = 10_000;

/** Whether this is Linux, with HAProxy, and OpenSSL, which makes the certificate. */
export function canRunBalancer(): boolean {
  if (process.platform !== 'linux' || HAPROXY === undefined) return false;
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** The ports behind the balancer, in the order of the servers in its configuration. */
export interface BalancerOptions {
  /** A folder for the configuration, the certificate, the socket and the log. */
  readonly folder: string;
  /** At most three. */
  readonly apiPorts: readonly number[];
  /** At most two. */
  readonly webPorts: readonly number[];
  /** The port of both names, and that of the web processes' requests to the API. Default: free ones. */
  readonly port?: number;
  readonly internalPort?: number;
}

/** HAProxy with the configuration of docs/deploy, on one port of this machine. */
export interface Balancer {
  readonly port: number;
  /** The origins of both names at this port. */
  readonly apiUrl: string;
  readonly webUrl: string;
  /** The plain port of the web processes' requests to the API. */
  readonly internalPort: number;
  /** How clients connect: the certificate, and both names as this machine. */
  readonly tls: AgentOptions;
  /** Sends a command to HAProxy's socket, such as `set server api/api2 state maint`, and returns the answer. */
  readonly command: (text: string) => Promise<string>;
  readonly stop: () => Promise<void>;
}

/**
 * Starts HAProxy.
 * @throws {Error} with HAProxy's message if it refuses the configuration
 */
export async function startBalancer({ folder, port, ...ports }: BalancerOptions): Promise<Balancer> {
  if (HAPROXY === undefined) throw new Error('HAProxy is not installed: apt-get install haproxy.');
  const { certificate, pemFile } = createCertificate(folder);
  const file = path.join(folder, 'haproxy.cfg');
  const socket = path.join(folder, 'admin.sock');
  const httpsPort = port ?? (await freePort());
  const internalPort = ports.internalPort ?? (await freePort());
  const own = { httpPort: await freePort(), httpsPort, internalPort, pemFile, socket };
  fs.writeFileSync(file, localConfiguration({ ...ports, ...own }));
  checkConfiguration(file);
  const log = fs.openSync(path.join(folder, 'haproxy.log'), 'a');
  const child = spawn(HAPROXY, ['-db', '-f', file], { stdio: ['ignore', log, log] });
  fs.closeSync(log);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  const command = (text: string) => askSocket(socket, text);
  const tls: AgentOptions = {
    ca: certificate,
    lookup: (_name, { all }, callback) =>
      all ? callback(null, [{ address: '127.0.0.1', family: 4 }]) : callback(null, '127.0.0.1', 4),
  };
  const [apiUrl, webUrl] = [`https://${API_NAME}:${httpsPort}`, `https://${WEB_NAME}:${httpsPort}`];
  const running: Balancer = { port: httpsPort, apiUrl, webUrl, internalPort, tls, command, stop };
  for (const startedAt = Date.now(); ; await delay(50)) {
    if (await command('show info').catch(() => '')) return running;
    if (Date.now() - startedAt < START_MILLISECONDS && child.exitCode === null) continue;
    await stop();
    throw new Error(`HAProxy did not start: ${fs.readFileSync(path.join(folder, 'haproxy.log'), 'utf8')}`);
  }
}

/** @throws {Error} with HAProxy's message if it refuses the file, or warns of it */
function checkConfiguration(file: string): void {
  try {
    execFileSync(HAPROXY ?? '', ['-c', '-dW', '-f', file], { stdio: 'pipe' });
  } catch (error) {
    throw new Error(`HAProxy refuses docs/deploy/haproxy.cfg: ${(error as { stderr?: Buffer }).stderr?.toString()}`, {
      cause: error,
    });
  }
}

/** Returns the shipped configuration with the addresses and paths of one run. */
function localConfiguration({
  apiPorts,
  webPorts,
  httpPort,
  httpsPort,
  internalPort,
  pemFile,
  socket,
}: Pick<BalancerOptions, 'apiPorts' | 'webPorts'> & {
  readonly httpPort: number;
  readonly httpsPort: number;
  readonly internalPort: number;
  readonly pemFile: string;
  readonly socket: string;
}): string {
  let text = fs.readFileSync(inRoot('docs/deploy/haproxy.cfg'), 'utf8');
  const replace = (found: string | RegExp, by: string) => {
    const before = text;
    text = text.replaceAll(found, by);
    if (text === before) throw new Error(`docs/deploy/haproxy.cfg has no ${String(found)}.`);
  };
  // A test runs without root's rights.
  replace(/^ {2}(chroot|user|group) .*\n/gm, '');
  replace('/run/haproxy/admin.sock', socket);
  replace('bind :::80 v4v6', `bind 127.0.0.1:${httpPort}`);
  replace('bind :::443 v4v6', `bind 127.0.0.1:${httpsPort}`);
  replace('bind 10.0.0.10:4001', `bind 127.0.0.1:${internalPort}`);
  replace('src 10.0.0.21 10.0.0.22', 'src 127.0.0.1');
  replace('/etc/haproxy/certs/', pemFile);
  for (const [kind, ports] of Object.entries({ api: apiPorts, web: webPorts })) {
    replace(new RegExp(`^( {2}server ${kind}\\d) \\S+`, 'gm'), '$1 127.0.0.1:0');
    for (const [index, port] of ports.entries())
      replace(new RegExp(`(server ${kind}${index + 1}) 127.0.0.1:0`, 'g'), `$1 127.0.0.1:${port}`);
  }
  return text.replaceAll(/^ {2}server \w+ 127\.0\.0\.1:0( .*)?\n/gm, '');
}

/** Creates a certificate for both names that nobody has signed. */
function createCertificate(folder: string): { readonly certificate: string; readonly pemFile: string } {
  const [key, cert, pemFile] = ['key.pem', 'cert.pem', 'balancer.pem'].map((name) => path.join(folder, name)) as [
    string,
    string,
    string,
  ];
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const names = `subjectAltName=DNS:${API_NAME},DNS:${WEB_NAME}`;
  const where = ['-subj', `/CN=${WEB_NAME}`, '-addext', names, '-keyout', key, '-out', cert];
  execFileSync('openssl', ['req', ...kind, ...where], { stdio: 'ignore' });
  const certificate = fs.readFileSync(cert, 'utf8');
  fs.writeFileSync(pemFile, certificate + fs.readFileSync(key, 'utf8'), { mode: 0o600 });
  return { certificate, pemFile };
}

/** Sends a line to a Unix socket and returns all that it answers. */
function askSocket(socket: string, line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const connection = net.connect(socket, () => connection.write(`${line}\n`));
    connection.setEncoding('utf8').on('data', (text) => (answer += text));
    connection.on('error', reject).on('close', () => resolve(answer));
  });
}
