/** The kinds of mails, as `auth.mail_outbox` names them. */
export const MAIL_KINDS = [
  'VERIFY_EMAIL',
  'RESET_PASSWORD',
  'CONFIRM_NEW_EMAIL',
  'EMAIL_CHANGE_REQUESTED',
  'EMAIL_CHANGED',
  'PASSWORD_CHANGED',
  'NEW_DEVICE',
  'SECOND_FACTOR_CHANGED',
] as const;

/** One of `MAIL_KINDS`. */
export type MailKind = (typeof MAIL_KINDS)[number];

/** The kinds with a link. The others tell the user of a change, and ask nothing of them. */
export const LINK_KINDS = ['VERIFY_EMAIL', 'RESET_PASSWORD', 'CONFIRM_NEW_EMAIL'] as const;

/** One of `LINK_KINDS`. */
export type LinkKind = (typeof LINK_KINDS)[number];

/** Whether mails of a kind have a link. */
export function hasLink(kind: MailKind): kind is LinkKind {
  return (LINK_KINDS as readonly MailKind[]).includes(kind);
}
