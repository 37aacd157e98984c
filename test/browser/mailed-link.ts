import fs from 'node:fs';
import path from 'node:path';
import { expect } from '@playwright/test';
import { linkIn } from '../support/mail-server.ts';

/**
 * Returns the link of the newest mail to an address with this subject; waits for the mail.
 * @param dataDir the stack's data folder, where mails are files. Default: that of the browser tests
 */
export async function mailedLink(
  email: string,
  subject: string,
  dataDir: string = process.env['DATA_DIR'] ?? '',
): Promise<URL> {
  const folder = path.join(dataDir, 'mail');
  let link: URL | undefined;
  await expect(() => {
    const messages = fs
      .readdirSync(folder)
      .toSorted()
      .map((name) => fs.readFileSync(path.join(folder, name), 'utf8'))
      .filter((message) => message.includes(`To: ${email}\n`) && message.includes(`Subject: ${subject}\n`));
    link = linkIn(messages.at(-1) ?? '');
  }).toPass({ timeout: 15_000 });
  return link ?? new URL('about:blank');
}
