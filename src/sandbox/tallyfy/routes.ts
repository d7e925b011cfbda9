import { getMe, listOrganizations, search } from './account.js';
import { archiveRun, deleteRun, launchRun, restoreRun, updateRun } from './change-runs.js';
import { completeOneOff, completeRunTask, reopenOneOff, reopenRunTask } from './complete-task.js';
import { createTask } from './create-task.js';
import { getRun, listRunFields, listRuns } from './read-runs.js';
import { getRunTask, getTask, listMyTasks, listRunTasks, listTasks, listUserTasks } from './read-tasks.js';
import { archiveTask, cloneTask, deleteTask, restoreTask } from './remove-task.js';
import type { Routes } from './router.js';
import { createTag, deleteTag, getTag, linkTag, listTags, unlinkTag, updateTag } from './tags.js';
import { addComment, deleteComment, reportProblem, resolveProblem, updateComment } from './threads.js';
import { saveCapture, updateOneOff, updateRunTask } from './update-task.js';

/** Routes outside an organization. */
export const globalRoutes: Routes = {
  'GET me': getMe,
  'GET me/organizations': listOrganizations,
};

/** Routes behind `organizations/{org_id}`. */
export const organizationRoutes: Routes = {
  'POST tasks': createTask,
  'GET tasks': listTasks,
  'GET me/tasks': listMyTasks,
  'GET users/:itemId/tasks': listUserTasks,
  'GET tasks/:taskId': getTask,
  'GET runs/:runId/tasks': listRunTasks,
  'GET runs/:runId/tasks/:taskId': getRunTask,
  'PUT tasks/:taskId': updateOneOff,
  'PUT runs/:runId/tasks/:taskId': updateRunTask,
  'DELETE tasks/:taskId': archiveTask,
  'PUT tasks/:taskId/restore': restoreTask,
  'DELETE tasks/:taskId/delete': deleteTask,
  'POST runs/:runId/completed-tasks': completeRunTask,
  'POST completed-tasks': completeOneOff,
  'DELETE runs/:runId/completed-tasks/:taskId': reopenRunTask,
  'DELETE completed-tasks/:taskId': reopenOneOff,
  'POST tasks/:taskId/clone': cloneTask,
  'POST tasks/:taskId/captures': saveCapture,
  'POST tasks/:taskId/comment': addComment,
  'POST tasks/:taskId/bot-comment': addComment,
  'PUT tasks/:taskId/comment/:itemId': updateComment,
  'DELETE tasks/:taskId/comment/:itemId': deleteComment,
  'POST tasks/:taskId/problem': reportProblem,
  'POST tasks/:taskId/resolved-threads': resolveProblem,
  'GET runs': listRuns,
  'POST runs': launchRun,
  'GET runs/:runId': getRun,
  'PUT runs/:runId': updateRun,
  'DELETE runs/:runId': archiveRun,
  'PUT runs/:runId/activate': restoreRun,
  'DELETE runs/:runId/delete': deleteRun,
  'GET runs/:runId/form-fields': listRunFields,
  'GET tags': listTags,
  'POST tags': createTag,
  'GET tags/:itemId': getTag,
  'PUT tags/:itemId': updateTag,
  'DELETE tags/:itemId': deleteTag,
  'POST checklists/tags': linkTag,
  'DELETE checklists/tags/:itemId': unlinkTag,
  'GET search': search,
};
