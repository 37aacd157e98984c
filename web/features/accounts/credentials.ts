import { formText } from '../../components/form-text.ts';

/** The e-mail address, without white space around it, and the password, as it was typed, of a form. */
export function credentials(form: HTMLFormElement): { email: string; password: string } {
  const data = new FormData(form);
  return { email: formText(data, 'email').trim(), password: formText(data, 'password') };
}
