import fs from 'node:fs/promises';
import path from 'node:path';
import type { SecureContextOptions } from 'node:tls';
import { createTransport } from 'nodemailer';
import { log } from '../log.ts';
import { type MailSettings, mailMode } from './mail-mode.ts';
import type { MailText } from './mail-text.ts';

/** A mail to deliver. */
export interface Mail extends MailText {
  readonly to: string;
  /** The id of its row in the outbox: names its file, and lets a mail server recognize a repetition. */
  readonly id: string;
}

/**
 * Delivers a mail.
 * @throws nodemailer's error; the mail may have been delivered nevertheless
 */
export type DeliverMail = (mail: Mail) => Promise<void>;

/** The settings of the transport. */
export interface TransportSettings extends MailSettings {
  readonly MAIL_FROM?: string | undefined;
  readonly DATA_DIR: string;
}

/** How mails are delivered; the defaults are for production. */
export interface TransportOptions {
  /** Certificate authorities beside the system's. */
  readonly tls?: Pick<SecureContextOptions, 'ca'>;
  /** Milliseconds to connect, and to be greeted. Default: 10,000. */
  readonly connectTimeout?: number;
  /** Milliseconds for a whole delivery, whatever the server sends meanwhile. Default: 60,000; the outbox waits longer. */
  readonly deliveryTimeout?: number;
}

/** Whether a host is this machine: no network can read what is sent to it. */
const isThisMachine = (hostname: string) => ['localhost', '127.0.0.1', '[::1]'].includes(hostname);

/**
 * Returns the function that delivers mails, or null if mail is off.
 *
 * To another machine a mail goes only over TLS with a valid certificate: over `smtp:` the server must offer STARTTLS. An
 * attacker in the network could otherwise remove the offer, and read the password and the links.
 */
export function createMailTransport(settings: TransportSettings, options: TransportOptions = {}): DeliverMail | null {
  const { WEB_URL, SMTP_URL, DATA_DIR } = settings;
  const { hostname } = new URL(WEB_URL);
  const message = ({ id, to, subject, text, html }: Mail) => ({
    from: { name: 'Fieldgate', address: settings.MAIL_FROM ?? `no-reply@${hostname}` },
    // As an object: a text would be parsed as a list of addresses.
    to: { name: '', address: to },
    subject,
    text,
    html,
    messageId: `<${id}@${hostname}>`,
    // RFC 3834: no automatic replies, please.
    headers: { 'Auto-Submitted': 'auto-generated' },
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  switch (mailMode(settings)) {
    case 'smtp':
      return smtpTransport(new URL(SMTP_URL ?? ''), options, message);
    case 'files':
      return fileTransport(path.resolve(DATA_DIR, 'mail'), message);
    case 'off':
      return null;
  }
}

type ToMessage = (mail: Mail) => object;

function smtpTransport(url: URL, options: TransportOptions, toMessage: ToMessage): DeliverMail {
  const { tls, connectTimeout = 10_000, deliveryTimeout = 60_000 } = options;
  const secure = url.protocol === 'smtps:';
  const transport = createTransport({
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port) || (secure ? 465 : 587),
    secure,
    requireTLS: !secure && !isThisMachine(url.hostname),
    ...(url.username && {
      auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) },
    }),
    ...(tls && { tls }),
    connectionTimeout: connectTimeout,
    greetingTimeout: connectTimeout,
    socketTimeout: 2 * connectTimeout,
  });
  return async (mail) => {
    await transport.sendMail({ ...toMessage(mail), signal: AbortSignal.timeout(deliveryTimeout) });
  };
}

/** Writes mails to files that only the user of this process can read. The log names the file, and no address or link. */
function fileTransport(folder: string, toMessage: ToMessage): DeliverMail {
  const transport = createTransport({ streamTransport: true, buffer: true, newline: 'unix' });
  return async (mail) => {
    const { message } = await transport.sendMail(toMessage(mail));
    const time = new Date().toISOString().replaceAll(':', '-');
    const file = path.join(folder, `${time}-${mail.id}.eml`);
    await fs.mkdir(folder, { recursive: true, mode: 0o700 });
    await fs.writeFile(file, message, { flag: 'wx', mode: 0o600 });
    log.info({ event: 'mail', file }, 'a mail was written to a file');
  };
}
