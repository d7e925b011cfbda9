import { defineProvider } from '../provider.js';
import { completeTask } from './complete.js';
import { type ClickUpConfig, clickUpVariables, configureClickUp } from './config.js';
import { deleteTask } from './delete.js';
import { identifyClickUp } from './identify.js';
import { lookUpTasks } from './tasks.js';
import { readClickUpThrottle } from './throttle.js';

/** ClickUp's REST API, v2 as published on 2026-07-30, with live answers where they differ from what is published. */
export const clickup = defineProvider<ClickUpConfig>({
  name: 'clickup',
  title: 'ClickUp',
  variables: clickUpVariables,
  profile: {
    requestsPerMinute: 100,
    concurrency: 4,
    source:
      '100 a minute and token on the plans Free Forever, Unlimited and Business; Business Plus 1,000, Enterprise ' +
      '10,000 (ClickUp API documentation, rate limits, 2026-07-30)',
  },
  operations: [deleteTask, completeTask],
  configure: configureClickUp,
  identify: identifyClickUp,
  lookUp: lookUpTasks,
  throttle: readClickUpThrottle,
});
