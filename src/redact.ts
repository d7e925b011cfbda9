/** Takes secrets out of text that is shown or stored: the ones in use in every usual spelling, and what looks like one. */

export type Redactor = (text: string) => string;

const placeholder = '[redacted]';
/** Derived spellings shorter than this would hit ordinary words. */
const shortestDerivedForm = 6;
/** Percent-encoding triples a character, `\u` escapes make six of it: no spelling is longer. */
const longestSpellingPerChar = 6;
/** Foreign tokens are as long as they like; this is above what the three services hand out. */
const longestForeignToken = 2_000;

const slash = String.raw`(?:\\?\/|%2[Ff])`;
/** Words that follow "Bearer" in a service's sentence rather than in a header. */
const wordsAfterBearer =
  'auth(?:entication|orization)?|credentials?|error|header|is|missing|realm|required|scheme|tokens?|was';

/** Capture groups hold what stays in front of the placeholder. */
const shapes: readonly string[] = [
  String.raw`\bpk_\d+_[A-Za-z0-9]+`,
  String.raw`\bvibe_(?:api|app|live|session)_[A-Za-z0-9_-]+`,
  String.raw`\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]*)?`,
  String.raw`((?:[Bb]earer|BEARER)(?:\s+|%20|\+))(?!(?:${wordsAfterBearer})\b)[A-Za-z0-9._~+\/=-]+`,
  // Incoming webhooks of Bitrix24 carry their secret in the path: /rest/<user>/<code>/ and /rest/api/<user>/<code>/.
  String.raw`(${slash}rest${slash}(?:api${slash})?\d+${slash})[A-Za-z0-9]+`,
];
const anyShape = new RegExp(shapes.join('|'));
const everyShape = new RegExp(anyShape, 'g');

/**
 * Makes a function that replaces every secret by `[redacted]`, also where it is percent-encoded, JSON-escaped or part
 * of a base64 text, and every piece that has the shape of a known service's token, whoever it belongs to.
 * Text without any is returned as it is.
 */
export function createRedactor(secrets: readonly string[]): Redactor {
  const redactSecrets = createSecretRedactor(secrets);
  return (text) => {
    const rest = redactSecrets(text);
    return anyShape.test(rest) ? rest.replace(everyShape, keepFront) : rest;
  };
}

/** As {@link createRedactor} for the given secrets alone: for people's own data, which may look like a token. */
export function createSecretRedactor(secrets: readonly string[]): Redactor {
  // Longest first: a secret that holds another one is taken out whole.
  const forms = [...new Set(secrets.flatMap(spellingsOf))].sort((a, b) => b.length - a.length);
  const everyForm = new RegExp(forms.map(escapeForRegExp).join('|'), 'g');
  return (text) => (forms.some((form) => text.includes(form)) ? text.replace(everyForm, placeholder) : text);
}

function keepFront(_match: string, bearer: string | undefined, webhook: string | undefined): string {
  return `${bearer ?? webhook ?? ''}${placeholder}`;
}

/**
 * Makes a function that returns at most `maxChars` characters from the beginning of a text, redacted. The cut is made
 * behind the redaction and never leaves the first half of a secret standing, however long the text is.
 */
export function createExcerpter(
  secrets: readonly string[],
  redact: Redactor,
): (text: string, maxChars: number) => string {
  const longestSpelling = Math.max(
    longestForeignToken,
    ...secrets.map((secret) => longestSpellingPerChar * secret.length),
  );
  return (text, maxChars) => {
    const looked = maxChars + longestSpelling;
    if (text.length <= looked) return redact(text).slice(0, maxChars);
    // A secret that the look ends inside of was not recognised; what there is of it is within these last characters.
    return redact(text.slice(0, looked)).slice(0, -longestSpelling).slice(0, maxChars);
  };
}

function spellingsOf(secret: string): string[] {
  if (secret === '') return [];
  const json = JSON.stringify(secret).slice(1, -1);
  const derived = [
    json,
    json.replaceAll('/', '\\/'),
    escapeForHtml(secret),
    // Some gateways put what they tell of a request in capitals, or in small letters.
    secret.toUpperCase(),
    secret.toLowerCase(),
    ...percentForms(secret),
    ...base64Forms(secret),
  ];
  return [secret, ...derived.filter((form) => form.length >= shortestDerivedForm)];
}

function percentForms(secret: string): string[] {
  const percent = encodeOrNull(secret);
  if (percent === null) return [];
  const strict = percent.replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  const upper = [percent, strict, percent.replaceAll('%20', '+')];
  return upper.flatMap((form) => [form, form.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())]);
}

function encodeOrNull(text: string): string | null {
  try {
    return encodeURIComponent(text);
  } catch {
    return null; // half a surrogate pair has no percent form
  }
}

/** The part of a base64 text that only the secret decides, for each of the three ways it can lie in the bytes. */
function base64Forms(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [0, 1, 2].flatMap((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
    const core = encoded.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + bytes.length) * 8) / 6));
    return [core, core.replaceAll('+', '-').replaceAll('/', '_'), core.replaceAll('/', '\\/')];
  });
}

function escapeForHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function escapeForRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
}
