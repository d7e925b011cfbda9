import { type Failure, localFailure } from '../../failure.js';

export const askOwner =
  "Let the task's creator, their supervisor or a portal administrator do it, or leave the row out.";

/** A reading of the task told that its user lacks the right. @param what `complete`, `change the title of`. */
export function mayNot(what: string, taskId: string): Failure {
  const message = `The user of the credential may not ${what} task ${taskId}, says Bitrix24.`;
  return localFailure('FORBIDDEN', 'BITRIX_ACCESS_DENIED', message, askOwner);
}
