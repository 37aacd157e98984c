import { strictTransport } from '../../runtime/http/strict-transport.ts';

/**
 * Returns the security headers of every response except static files. Those have the two that matter for them
 * (static-files.ts): a page loads a dozen, and headers are not compressed. Pages replace this Content-Security-Policy,
 * which allows nothing, by their own (content-security-policy.ts).
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
