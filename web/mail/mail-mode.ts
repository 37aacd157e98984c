import { type ExposureSettings, isThisMachineOnly } from '../../runtime/settings.ts';

/** The settings that decide how mails leave. */
export interface MailSettings extends ExposureSettings {
  readonly SMTP_URL?: string | undefined;
}

/** How mails leave: over SMTP; as files, for development; or not at all. */
export type MailMode = 'smtp' | 'files' | 'off';

/**
 * Returns how mails leave. Without SMTP_URL they become files only if both processes are for this machine alone: on a
 * public server no user could read such a file, and its link would be one more secret to protect.
 */
export function mailMode({ SMTP_URL, ...settings }: MailSettings): MailMode {
  if (SMTP_URL !== undefined) return 'smtp';
  return isThisMachineOnly(settings) ? 'files' : 'off';
}

/** The warning at the start of a web app that sends no mail. */
export const MAIL_OFF_WARNING =
  'mail is off: users cannot confirm an e-mail address or reset a password; set SMTP_URL, for example smtp://user:password@mail.example:587';
