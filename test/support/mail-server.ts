import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { temporaryFolder } from './temporary-folder.ts';

/** A mail that the server accepted. */
export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  /** The whole message. */
  readonly message: string;
  /** Whether the connection was encrypted. */
  readonly secure: boolean;
  /** The user that authenticated; undefined without authentication. */
  readonly user: unknown;
}

/** A real SMTP server on a loopback port. */
export interface MailServer {
  readonly port: number;
  readonly received: ReceivedMail[];
  /** The certificate, for `tls.ca`. */
  readonly certificate: string;
  /** The file with the certificate, for NODE_EXTRA_CA_CERTS. */
  readonly certificateFile: string;
  /** Resolves with the next mail that arrives after this call. */
  readonly nextMail: () => Promise<ReceivedMail>;
  readonly close: () => Promise<void>;
}

/** Creates a certificate for localhost that nobody has signed. */
export function createCertificate() {
  const folder = temporaryFolder();
  const [key, cert] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
  const names = 'subjectAltName=DNS:localhost,IP:127.0.0.1';
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const where = ['-subj', '/CN=localhost', '-addext', names, '-keyout', key, '-out', cert];
  execFileSync('openssl', ['req', ...kind, ...where], { stdio: 'ignore' });
  return {
    key: fs.readFileSync(key, 'utf8'),
    cert: fs.readFileSync(cert, 'utf8'),
    certificateFile: cert,
    keyFile: key,
  };
}

/** Starts, within a test, a mail server that offers STARTTLS and accepts the password `mail-password` of `fieldgate`. */
export async function startMailServer(options: SMTPServerOptions = {}, port = 0): Promise<MailServer> {
  const received: ReceivedMail[] = [];
  const waiting: ((mail: ReceivedMail) => void)[] = [];
  const { key, cert, certificateFile } = createCertificate();
  const server = new SMTPServer({
    key,
    cert,
    authOptional: true,
    // Without this, closing the server waits for clients.
    closeTimeout: 100,
    disableReverseLookup: true,
    onAuth: ({ username, password }, _session, callback) =>
      username === 'fieldgate' && password === 'mail-password'
        ? callback(null, { user: username })
        : callback(new Error('Invalid username or password')),
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        const mail: ReceivedMail = {
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          message: Buffer.concat(chunks).toString('utf8'),
          secure: session.secure,
          user: session.user,
        };
        received.push(mail);
        for (const resolve of waiting.splice(0)) resolve(mail);
        callback();
      });
    },
    ...options,
  });
  // A client that does not trust the certificate ends its connection.
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    received,
    certificate: cert,
    certificateFile,
    nextMail: () => new Promise((resolve) => waiting.push(resolve)),
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

/** Returns the text part of a message, decoded. */
export function textOf(message: string): string {
  const [, head = '', body = ''] = /(Content-Type: text\/plain[^]*?)\r?\n\r?\n([^]*?)\r?\n--/.exec(message) ?? [];
  if (!/quoted-printable/i.test(head)) return body;
  return body
    .replace(/=\r?\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)));
}

/** Returns the link in a message; throws without one. */
export function linkIn(message: string): URL {
  const [link] = /https?:\/\/\S+#\w+/.exec(textOf(message)) ?? [];
  if (link === undefined) throw new Error(`Expected a link in: ${textOf(message)}`);
  return new URL(link);
}
