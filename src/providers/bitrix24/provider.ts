import { defineProvider } from '../define-provider.js';
import { batchCost } from '../reading-cost.js';
import { commentOnTask } from './comment.js';
import { readTraces } from './comments.js';
import { completeTask } from './complete.js';
import { type Bitrix24Config, bitrix24Variables, configureBitrix24 } from './config.js';
import { countProjectTasks } from './count-tasks.js';
import { createTask } from './create.js';
import { deferTask } from './defer.js';
import { deleteTask } from './delete.js';
import { searchSize } from './dialect.js';
import { bitrix24Export } from './export-columns.js';
import { taskQuery } from './query.js';
import { readParents } from './read-parents.js';
import { readSubtasks } from './read-subtasks.js';
import { reopenTask } from './reopen.js';
import { lookUpTasks } from './tasks.js';
import { updateTask } from './update.js';

/** Bitrix24 tasks, through Vibecode's REST or the classic REST of a portal, whichever the environment chooses. */
export const bitrix24 = defineProvider<Bitrix24Config>({
  name: 'bitrix24',
  title: 'Bitrix24',
  places: ['project'],
  variables: bitrix24Variables,
  profile: {
    requestsPerMinute: 100,
    mostPerMinute: 300,
    concurrency: 2,
    source:
      '300 a minute and key, and two requests at once for a portal, which all its keys share (Vibecode documentation, ' +
      '2026-05-05)',
    notes: ['A series of equal failures blocks a method for the key for a while: about a dozen an hour.'],
  },
  operations: [createTask, deleteTask, completeTask, reopenTask, deferTask, updateTask, commentOnTask],
  configure: configureBitrix24,
  identify: ({ dialect }, reader) => dialect.identify(reader),
  lookUp: lookUpTasks,
  lookUpSize: 50,
  lookUpCost: { placeColumn: null, estimate: (counts) => batchCost(counts, searchSize), depends: null },
  query: taskQuery,
  readTraces,
  readParts: readSubtasks,
  readParents,
  countTasks: countProjectTasks,
  serviceExport: bitrix24Export,
  batch: ({ dialect }) => dialect.batch,
  throttle: (answer, nowMs, { dialect }) => dialect.throttle(answer, nowMs),
  statedLimit: (answer, { dialect }) => dialect.statedLimit(answer),
});
