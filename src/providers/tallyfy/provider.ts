import { defineProvider } from '../provider.js';
import { completeTask } from './complete.js';
import { configureTallyfy, type TallyfyConfig, tallyfyVariables } from './config.js';
import { deleteTask } from './delete.js';
import { identifyTallyfy } from './identify.js';
import { lookUpTasks } from './tasks.js';
import { readTallyfyThrottle } from './throttle.js';

/** Tallyfy's REST API as its documentation of 2026-07-19 and its official clients of July and August 2026 describe it. */
export const tallyfy = defineProvider<TallyfyConfig>({
  name: 'tallyfy',
  title: 'Tallyfy',
  variables: tallyfyVariables,
  profile: {
    requestsPerMinute: 100,
    concurrency: 2,
    source:
      'Tallyfy publishes no figure any more, only short bursts and hourly caps (API documentation, 2026-07-19); ' +
      '100 a minute is the strictest it ever published (tallyfy/api-support, 2025-11)',
  },
  operations: [deleteTask, completeTask],
  configure: configureTallyfy,
  identify: identifyTallyfy,
  lookUp: lookUpTasks,
  lookUpSize: 100,
  throttle: readTallyfyThrottle,
});
