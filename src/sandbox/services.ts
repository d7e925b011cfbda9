import { createBitrix24 } from './bitrix24.js';
import { createClickUp } from './clickup.js';
import type { EmulatedService } from './service.js';
import { createTallyfy } from './tallyfy.js';

/** Every service that the sandbox emulates; each call makes one with state of its own. */
export const services: readonly (() => EmulatedService)[] = [createClickUp, createTallyfy, createBitrix24];
