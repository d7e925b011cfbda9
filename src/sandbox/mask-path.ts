/** Where services take a credential inside the address: query parameters, and the path of a Bitrix24 webhook. */
const addressSecrets =
  /([?&](?:auth|token|access_token|api_key|apikey|key|secret)=)[^&]+|(\/rest\/\d+\/)[^/?]+(?=\/)/gi;

/** The path with every credential in it replaced by `***`, so that a ledger can be shown to anyone. */
export function maskPath(url: string, credential: string | null): string {
  let masked = url;
  if (credential !== null && credential !== '') {
    masked = replaceAll(masked, credential);
    if (masked.includes('%')) masked = replaceAll(masked, encodeURIComponent(credential));
  }
  if (!masked.includes('?') && !masked.includes('/rest/')) return masked;
  return masked.replace(addressSecrets, (_, parameter: string = '', hook: string = '') => `${parameter}${hook}***`);
}

function replaceAll(text: string, secret: string): string {
  return text.includes(secret) ? text.replaceAll(secret, '***') : text;
}
