import { formText } from '../../components/form-text.ts';

/** Returns a form's e-mail address, trimmed, and its password, unchanged. */
export function credentials(form: HTMLFormElement): { email: string; password: string } {
  const data = new FormData(form);
  return { email: formText(data, 'email').trim(), password: formText(data, 'password') };
}
