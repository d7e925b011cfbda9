/** Which addresses a secret may be sent to. */
import { CredentialError } from '../errors.js';

/**
 * Checks that a base URL from the environment is one that secrets may travel to: https, or http on this machine only,
 * and without parts that can't be a base (user, query, fragment).
 * @param variableName where the URL comes from, for the message; the URL itself may hold a secret and is not shown.
 * @throws {CredentialError}
 */
export function assertSafeBaseUrl(url: string, variableName: string): void {
  const flaw = findFlaw(url);
  if (flaw === null) return;
  throw new CredentialError(`${variableName} ${flaw.message}.`, {
    where: variableName,
    code: 'UNSAFE_BASE_URL',
    fix: `${flaw.fix} in ${variableName}.`,
  });
}

function findFlaw(url: string): { message: string; fix: string } | null {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null) return { message: 'is not a URL', fix: 'Put an address that begins with https://' };
  if (parsed.protocol !== 'https:' && !(parsed.protocol === 'http:' && isLoopback(parsed.hostname))) {
    return {
      message: `would send the token over ${parsed.protocol}//, which is allowed to this machine only`,
      fix: 'Use https: put an address that begins with https://',
    };
  }
  if (parsed.username !== '' || parsed.password !== '') {
    return { message: 'holds a user name or password', fix: 'Take out the part before the @' };
  }
  if (parsed.search !== '' || parsed.hash !== '') {
    return { message: 'has a query or a fragment', fix: 'Take out everything from the first ? or # on' };
  }
  return null;
}

/** `hostname` as `URL` gives it: IPv4 in four decimal parts, IPv6 in brackets. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}
