import { strictTransport } from '../../runtime/http/strict-transport.ts';

/**
 * The headers of every answer but ready-made files, which have the two that concern them (static-files.ts): a dozen of
 * those make a page, and headers are not compressed. Pages put a Content-Security-Policy of their own
 * (content-security-policy.ts) in the place of this closed one.
 * @param webUrl the web app's own origin
 */
export function securityHeaders(webUrl: URL): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {
    'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
    'Referrer-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
  };
  const transport = strictTransport(webUrl);
  if (transport !== null) headers['Strict-Transport-Security'] = transport;
  return headers;
}
