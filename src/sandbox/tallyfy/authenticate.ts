import type { SandboxAnswer, SandboxRequest } from '../service.js';
import { badRequest, endpointNotFound, unauthenticated } from './answers.js';
import type { TallyfySettings } from './settings.js';
import { currentUser, lightMember, type User } from './state.js';

/** The official clients send one of these. */
const CLIENTS = new Set(['APIClient', 'n8n']);

/** The bearer token of a request; null without one. Exactly one space is allowed. */
export function readToken(request: SandboxRequest): string | null {
  return /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? null;
}

/** Checks the required headers: token, client, accepted type. Undefined when all are right. */
export function checkHeaders(request: SandboxRequest, settings: TallyfySettings): SandboxAnswer | undefined {
  const token = readToken(request);
  if (token === null || !isKnown(token, settings)) return unauthenticated;
  if (!CLIENTS.has(request.headers['x-tallyfy-client'] ?? '')) {
    return settings.missingClientHeader === 401 ? unauthenticated : endpointNotFound;
  }
  return (request.headers.accept ?? '').includes('application/json') ? undefined : unauthenticated;
}

function isKnown(token: string, { tokens, memberTokens }: TallyfySettings): boolean {
  return tokens.includes(token) || memberTokens.includes(token);
}

/** Whom a token that was accepted stands for. */
export function readActor(request: SandboxRequest, { memberTokens }: TallyfySettings): User {
  return memberTokens.includes(readToken(request) ?? '') ? lightMember : currentUser;
}

/** A body must be JSON and say so. */
export function checkBody(request: SandboxRequest): SandboxAnswer | undefined {
  if (request.bodyText === '') return undefined;
  if (!(request.headers['content-type'] ?? '').startsWith('application/json')) {
    return badRequest('The request body needs the header Content-Type: application/json.');
  }
  return request.body === undefined ? badRequest('The request body is not valid JSON.') : undefined;
}
