import type { LinkKind, MailKind } from './mail-kind.ts';

/** What the text of a mail depends on. */
export interface MailFacts {
  readonly webUrl: string;
  /** When the mail was queued: for a notice, when the change happened. */
  readonly at: Date;
  /** The link; empty for a notice. */
  readonly link: string;
}

/** A mail without sender and recipient. */
export interface MailText {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** How long a link works from when its mail is sent, in minutes. */
export const LINK_MINUTES: Readonly<Record<LinkKind, number>> = {
  RESET_PASSWORD: 30,
  VERIFY_EMAIL: 24 * 60,
  CONFIRM_NEW_EMAIL: 24 * 60,
};

/** The parts of a mail. They never contain what a user typed, such as a name: a stranger could write to our users with it. */
interface Template {
  readonly subject: string;
  readonly before: readonly string[];
  readonly link?: { readonly label: string; readonly url: string };
  readonly after?: readonly string[];
}

const host = (webUrl: string) => new URL(webUrl).host;
const minute = (at: Date) => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
const NOT_YOU = ({ webUrl }: MailFacts) =>
  `If it was not you, set a new password at once: ${webUrl}/forgot-password - this signs out every device. Passkeys keep working: then remove those that are not yours: ${webUrl}/account/security`;

/** The templates, by kind. */
const TEMPLATES: Readonly<Record<MailKind, (facts: MailFacts) => Template>> = {
  VERIFY_EMAIL: ({ webUrl, link }) => ({
    subject: 'Confirm your e-mail address',
    before: [`An account at ${host(webUrl)} was created with this e-mail address. Please confirm that it is yours.`],
    link: { label: 'Confirm this address', url: link },
    after: [
      'The link works once, within 24 hours, while you are signed in.',
      'If you did not create an account, ignore this mail.',
    ],
  }),
  RESET_PASSWORD: ({ webUrl, link }) => ({
    subject: 'Set a new password',
    before: [`Someone asked to set a new password for your account at ${host(webUrl)}.`],
    link: { label: 'Set a new password', url: link },
    after: [
      'The link works once, within 30 minutes. A new password signs out every device.',
      'If you did not ask for it, ignore this mail: your password stays as it is.',
    ],
  }),
  CONFIRM_NEW_EMAIL: ({ webUrl, link }) => ({
    subject: 'Confirm your new e-mail address',
    before: [`Someone asked to use this e-mail address for their account at ${host(webUrl)}.`],
    link: { label: 'Use this address', url: link },
    after: [
      'The link works once, within 24 hours, while you are signed in to that account. The former address stays in use until then.',
      'If you did not ask for it, ignore this mail.',
    ],
  }),
  EMAIL_CHANGE_REQUESTED: (facts) => ({
    subject: 'A change of your e-mail address was requested',
    before: [
      `On ${minute(facts.at)} someone who is signed in to your account at ${host(facts.webUrl)} asked to use another e-mail address for it. The change takes effect when the new address is confirmed.`,
    ],
    after: [NOT_YOU(facts)],
  }),
  EMAIL_CHANGED: ({ webUrl, at }) => ({
    subject: 'Your e-mail address was changed',
    before: [
      `On ${minute(at)} your account at ${host(webUrl)} was changed to another e-mail address. This address can no longer be used to sign in.`,
      'If it was not you, write to the operator of this site at once.',
    ],
  }),
  PASSWORD_CHANGED: (facts) => ({
    subject: 'Your password was changed',
    before: [
      `On ${minute(facts.at)} the password of your account at ${host(facts.webUrl)} was changed. Every other device was signed out.`,
    ],
    after: [NOT_YOU(facts)],
  }),
  NEW_DEVICE: (facts) => ({
    subject: 'New sign-in to your account',
    before: [
      `On ${minute(facts.at)} someone signed in to your account at ${host(facts.webUrl)} on a device that has not been used before.`,
      'If it was you, there is nothing to do.',
    ],
    after: [NOT_YOU(facts)],
  }),
  SECOND_FACTOR_CHANGED: (facts) => ({
    subject: 'Your second factor was changed',
    before: [
      `On ${minute(facts.at)} the second factor or a passkey of your account at ${host(facts.webUrl)} was added, changed or removed.`,
      'If it was you, there is nothing to do.',
    ],
    after: [NOT_YOU(facts)],
  }),
};

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escape = (text: string) => text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? '');

/** Returns the text of a mail, plain and as simple HTML without pictures, styles from elsewhere or tracking. */
export function mailText(kind: MailKind, facts: MailFacts): MailText {
  const { subject, before, link, after = [] } = TEMPLATES[kind](facts);
  const lines = [...before, ...(link ? [`${link.label}:\n${link.url}`] : []), ...after];
  const paragraph = (text: string) => `<p>${escape(text)}</p>`;
  const html = [
    ...before.map(paragraph),
    ...(link ? [`<p><a href="${escape(link.url)}">${escape(link.label)}</a></p>`] : []),
    ...after.map(paragraph),
  ];
  return {
    subject,
    text: `${lines.join('\n\n')}\n\nFieldgate, ${facts.webUrl}\n`,
    html: `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>${escape(subject)}</title></head>
<body style="font-family: system-ui, sans-serif; line-height: 1.5; max-width: 36em">
${html.join('\n')}
<p>Fieldgate, ${escape(facts.webUrl)}</p>
</body>
</html>
`,
  };
}
