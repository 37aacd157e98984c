/** Whether a header can hold it without breaking the request apart; more than 16 KB of headers is refused unread. */
export function isSendable(token: string): boolean {
  return /^[\x21-\x7e]+$/.test(token) && token.length < 15_000;
}

/** Whether it has the form of RFC 6750 §2.1: what has not is a malformed header, and 400. */
export function isBearerSyntax(token: string): boolean {
  return /^[A-Za-z0-9\-._~+/]+=*$/.test(token);
}
