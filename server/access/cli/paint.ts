import { styleText } from 'node:util';

/** Formats text for a terminal, unless standard output is none or NO_COLOR is set. */
export function paint(format: Parameters<typeof styleText>[0], text: string): string {
  return styleText(format, text, { stream: process.stdout });
}
