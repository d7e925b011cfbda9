import { expect, test } from 'vitest';
import { maskPath } from '../../src/sandbox/mask-path.js';

test.each([
  ['/clickup/api/v2/task/9hx?team_id=9', 'pk_1_SECRET', '/clickup/api/v2/task/9hx?team_id=9'],
  ['/bitrix24/rest/1/s3cr3thook/tasks.task.get?taskId=5', null, '/bitrix24/rest/1/***/tasks.task.get?taskId=5'],
  ['/bitrix24/rest/1/s3cr3thook/tasks.task.get', 's3cr3thook', '/bitrix24/rest/1/***/tasks.task.get'],
  ['/x?auth=abc&taskId=5', null, '/x?auth=***&taskId=5'],
  ['/x?a=1&access_token=abc', null, '/x?a=1&access_token=***'],
  ['/x/pk_1_SECRET/y', 'pk_1_SECRET', '/x/***/y'],
  ['/x?q=a%2Fb', 'a/b', '/x?q=***'],
])('%s with the credential %s becomes %s', (url, credential, masked) => {
  expect(maskPath(url, credential)).toBe(masked);
});
