import type { SandboxRequest } from '../service.js';
import type { Actor } from './task.js';
import { type Failure, fail } from './vibecode-reply.js';

/** What an accepted key allows. */
export interface VibecodeKey {
  readonly key: string;
  readonly type: 'personal' | 'oauth_app';
  readonly readOnly: boolean;
  readonly hasTaskScope: boolean;
  /** An application key without a live session: only `/v1/me` works. */
  readonly sessionFailure: Failure | null;
  readonly actor: Actor;
}

const ADMIN: Actor = { userId: 1, isAdmin: true };
/** The owner of a key that ends in `_member`: an ordinary user who sees and changes only what concerns him. */
const MEMBER: Actor = { userId: 2, isAdmin: false };

/** The key of a request: `X-Api-Key`, or a personal or management key as `Authorization: Bearer`. */
export function keyOf(headers: SandboxRequest['headers']): string | null {
  const named = headers['x-api-key'];
  if (named !== undefined && named !== '') return named;
  const bearer = bearerOf(headers);
  return bearer !== null && /^vibe_(api|live)_/.test(bearer) ? bearer : null;
}

function bearerOf(headers: SandboxRequest['headers']): string | null {
  return /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? null;
}

/**
 * Reads the credentials as Vibecode does. Any key of a known kind is accepted; endings make special ones: `_readonly`,
 * `_noscope`, `_member`, `_expired` (401 KEY_EXPIRED), `_inactive` (401 KEY_INACTIVE), `_unknown` (401 INVALID_API_KEY);
 * a session that ends in `_expired` is 401 TOKEN_EXPIRED.
 */
export function readKey(
  headers: SandboxRequest['headers'],
): { readonly ok: true; readonly key: VibecodeKey } | Failure {
  const key = keyOf(headers);
  if (key === null) return fail(401, 'MISSING_API_KEY', 'The X-Api-Key header is missing');
  const kind = /^vibe_(api|app|live)_[\w-]+$/.exec(key)?.[1];
  if (kind === undefined || key.endsWith('_unknown')) return fail(401, 'INVALID_API_KEY', 'The API key is not known');
  if (key.endsWith('_expired')) return fail(401, 'KEY_EXPIRED', 'The API key has expired');
  if (key.endsWith('_inactive')) return fail(401, 'KEY_INACTIVE', 'The API key was revoked');
  if (kind === 'live') {
    return fail(403, 'MANAGEMENT_KEY_NO_ENTITY_ACCESS', 'A management key has no access to entities');
  }
  return {
    ok: true,
    key: {
      key,
      type: kind === 'app' ? 'oauth_app' : 'personal',
      readOnly: key.endsWith('_readonly'),
      hasTaskScope: !key.endsWith('_noscope'),
      sessionFailure: kind === 'app' ? checkSession(bearerOf(headers)) : null,
      actor: key.endsWith('_member') ? MEMBER : ADMIN,
    },
  };
}

function checkSession(session: string | null): Failure | null {
  if (session === null) {
    return fail(401, 'TOKEN_MISSING', 'An application key needs Authorization: Bearer vibe_session_…');
  }
  if (!/^vibe_session_[\w-]+$/.test(session)) return fail(401, 'INVALID_SESSION', 'The session is not known');
  return session.endsWith('_expired') ? fail(401, 'TOKEN_EXPIRED', 'The session has expired') : null;
}
