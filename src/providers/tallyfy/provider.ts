import { defineProvider } from '../define-provider.js';
import { pagesCost } from '../reading-cost.js';
import { archiveTask } from './archive.js';
import { archiveRun } from './archive-run.js';
import { commentOnTask } from './comment.js';
import { completeTask } from './complete.js';
import { configureTallyfy, type TallyfyConfig, tallyfyVariables } from './config.js';
import { countRunTasks } from './count-tasks.js';
import { createTask } from './create.js';
import { deleteTask } from './delete.js';
import { deleteComment } from './delete-comment.js';
import { deleteRun } from './delete-run.js';
import { deleteTag } from './delete-tag.js';
import { identifyTallyfy } from './identify.js';
import { pageSize } from './list-pages.js';
import { lookUpTargets } from './look-up.js';
import { tallyfyQuery } from './query.js';
import { reopenTask } from './reopen.js';
import { reportProblem } from './report-problem.js';
import { resolveProblem } from './resolve-problem.js';
import { restoreTask } from './restore.js';
import { comesBackWith, restoreRun } from './restore-run.js';
import { setFields } from './set-fields.js';
import { readTallyfyThrottle } from './throttle.js';
import { updateTask } from './update.js';

/** Tallyfy's REST API as its documentation of 2026-07-19 and its official clients of July and August 2026 describe it. */
export const tallyfy = defineProvider<TallyfyConfig>({
  name: 'tallyfy',
  title: 'Tallyfy',
  places: ['run'],
  variables: tallyfyVariables,
  profile: {
    requestsPerMinute: 100,
    mostPerMinute: 100,
    concurrency: 2,
    source:
      'Tallyfy publishes no figure any more, only short bursts and hourly caps (API documentation, 2026-07-19); ' +
      '100 a minute is the strictest it ever published (tallyfy/api-support, 2025-11)',
    hourlyCap: { operations: ['comment', 'report-problem', 'resolve-problem'], rows: 120 },
    notes: ['120 comments and 30 guest invitations an hour and organisation (API documentation, 2026-07-19).'],
  },
  operations: [
    deleteTask,
    completeTask,
    createTask,
    updateTask,
    reopenTask,
    archiveTask,
    restoreTask,
    setFields,
    commentOnTask,
    deleteComment,
    reportProblem,
    resolveProblem,
    archiveRun,
    restoreRun,
    deleteRun,
    deleteTag,
  ],
  configure: configureTallyfy,
  identify: identifyTallyfy,
  lookUp: lookUpTargets,
  lookUpSize: 100,
  lookUpCost: {
    placeColumn: 'run_id',
    estimate: (counts) => pagesCost(counts, pageSize),
    depends: 'the fewer, the more of them are in one run, or are one-offs',
  },
  query: tallyfyQuery,
  countTasks: countRunTasks,
  comesBackWith,
  throttle: readTallyfyThrottle,
});
