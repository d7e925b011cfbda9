/** An incoming webhook by its parts. */
export interface Webhook {
  /** Without a slash at its end; the method's name is appended. */
  readonly baseUrl: string;
  readonly host: string;
  readonly userId: string;
  readonly code: string;
}

/**
 * Takes an address apart that was already found safe: `https://PORTAL/rest/{userId}/{code}/` (b24restdocs, webhooks).
 *
 * @returns the webhook, or what is wrong in words that follow the variable's name and repeat nothing of the address.
 */
export function parseWebhookUrl(url: URL): Webhook | { readonly problem: string } {
  const path = url.pathname.replace(/\/+$/, '');
  if (/\/rest\/api(\/|$)/.test(path)) {
    return { problem: 'is the address for REST 3.0; take out the part /api, so that it ends in /rest/USER/CODE/' };
  }
  const match = /^(?:\/[\w.-]+)*\/rest\/([1-9]\d{0,15})\/(\w+)((?:\/.*)?)$/.exec(path);
  const [, userId = '', code = '', rest = ''] = match ?? [];
  if (match === null) return { problem: 'is no address of an incoming webhook: those end in /rest/USER/CODE/' };
  if (rest !== '') return { problem: 'goes on behind its code; let it end in /rest/USER/CODE/' };
  if (code.length < shortestCode) return { problem: 'has a code that is too short to be one; copy it again' };
  return { baseUrl: `${url.origin}${path}`, host: url.host, userId, code };
}

/** Bitrix24 makes codes of 16 characters. A very short one would also be taken out of texts that do not hold it. */
const shortestCode = 6;
