import Bowser from 'bowser';

/** Returns browser and system of a User-Agent header as the user knows them: "Firefox on Windows". */
export function describeDevice(userAgent: string | null): string {
  if (!userAgent) return 'Unknown browser';
  // oxlint-disable-next-line import/no-named-as-default-member -- a CommonJS module: Node sees its default export alone
  const { browser, os } = Bowser.parse(userAgent);
  const parts = [browser.name || 'Unknown browser', os.name].filter(Boolean);
  return parts.join(' on ');
}
