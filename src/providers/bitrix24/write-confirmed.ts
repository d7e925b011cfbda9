import { fail, type Result } from '../../failure.js';
import type { HttpAnswer, WriteRequest, Writer } from '../http.js';
import { expectSuccess, unexpectedAnswer } from '../outcome.js';
import type { Dialect } from './dialect.js';

/** Sends a write; the answer when it says that the write was done, the failure otherwise. */
export async function writeConfirmed(
  dialect: Dialect,
  writer: Writer,
  request: WriteRequest,
): Promise<Result<HttpAnswer>> {
  const result = expectSuccess(await writer.write(request), 'write', dialect.errors);
  if (!result.ok || dialect.confirms(result.value)) return result;
  return fail(unexpectedAnswer(result.value, 'write', 'Bitrix24', 'it does not say that it succeeded'));
}
