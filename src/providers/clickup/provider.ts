import { defineProvider } from '../define-provider.js';
import { statedLimitFromHeaders } from '../rate-headers.js';
import { pagesCost } from '../reading-cost.js';
import { archiveTask, unarchiveTask } from './archive.js';
import { assignTask, unassignTask } from './assign.js';
import { commentOnTask } from './comment.js';
import { completeTask } from './complete.js';
import { type ClickUpConfig, clickUpVariables, configureClickUp } from './config.js';
import { countListTasks } from './count-tasks.js';
import { createTask } from './create.js';
import { deleteTask } from './delete.js';
import { deleteComment } from './delete-comment.js';
import { clickUpExport } from './export-columns.js';
import { identifyClickUp } from './identify.js';
import { lookUpSize, lookUpTasks } from './look-up.js';
import { moveTask } from './move.js';
import { taskQuery } from './query.js';
import { readParts } from './read-parts.js';
import { readTraces } from './read-traces.js';
import { reopenTask } from './reopen.js';
import { setField } from './set-field.js';
import { setStatus } from './set-status.js';
import { addTag, removeTag } from './tags.js';
import { pageSize } from './task-pages.js';
import { readClickUpThrottle } from './throttle.js';
import { updateTask } from './update.js';

/** ClickUp's REST API, v2 as published on 2026-07-30, with live answers where they differ from what is published. */
export const clickup = defineProvider<ClickUpConfig>({
  name: 'clickup',
  title: 'ClickUp',
  places: ['list', 'folder', 'space'],
  variables: clickUpVariables,
  profile: {
    requestsPerMinute: 100,
    mostPerMinute: 100,
    concurrency: 4,
    source:
      '100 a minute and token on the plans Free Forever, Unlimited and Business; Business Plus 1,000, Enterprise ' +
      '10,000 (ClickUp API documentation, rate limits, 2026-07-30)',
    notes: ['Every answer tells the limit of the token, which then counts: --rate may go up to it.'],
  },
  operations: [
    createTask,
    deleteTask,
    completeTask,
    reopenTask,
    setStatus,
    archiveTask,
    unarchiveTask,
    addTag,
    removeTag,
    assignTask,
    unassignTask,
    commentOnTask,
    deleteComment,
    updateTask,
    setField,
    moveTask,
  ],
  configure: configureClickUp,
  identify: identifyClickUp,
  lookUp: lookUpTasks,
  lookUpSize,
  lookUpCost: {
    placeColumn: null,
    estimate: (counts) => pagesCost(counts, pageSize),
    depends: 'the fewer, the more of them share a list',
  },
  pagesLack: { trace: 'subtasks', words: 'subtasks that are in another list than their parent' },
  query: taskQuery,
  readTraces,
  readParts,
  countTasks: countListTasks,
  serviceExport: clickUpExport,
  throttle: readClickUpThrottle,
  statedLimit: statedLimitFromHeaders,
});
