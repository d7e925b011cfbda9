/** All checks there are: the machine, the state on disk, and every service, each by itself. */
import type { Runtime } from '../run/runtime.js';
import type { CheckGroup, CheckStatus } from './check.js';
import { checkMachine } from './machine-checks.js';
import { checkService, type ServiceFacts } from './service-checks.js';
import { checkState } from './state-checks.js';

export interface DiagnosisOptions {
  /** Providers to look at; null = all. */
  readonly only: readonly string[] | null;
  /** Bound for one request, in ms. */
  readonly timeoutMs: number;
  /** `20.20.2` */
  readonly nodeVersion: string;
  /** As `process.platform`. */
  readonly platform: string;
}

export interface Diagnosis {
  readonly version: string;
  readonly groups: readonly CheckGroup[];
  readonly services: readonly ServiceFacts[];
  readonly counts: Readonly<Record<CheckStatus, number>>;
}

/** Sends two requests to each configured service at most, all for reading. Never fails for what it finds. */
export async function diagnose(runtime: Runtime, options: DiagnosisOptions): Promise<Diagnosis> {
  const { stateDir, budgetDir, version } = runtime;
  const chosen = runtime.providers.filter(({ name }) => options.only === null || options.only.includes(name));
  const findings = await Promise.all(chosen.map((provider) => checkService(provider, runtime, options.timeoutMs)));
  const groups = [
    checkMachine(options.nodeVersion),
    checkState({ stateDir, budgetDir, platform: options.platform }),
    ...findings.map(({ group }) => group),
  ];
  const counts: Record<CheckStatus, number> = { ok: 0, warning: 0, failed: 0, skipped: 0 };
  for (const { status } of groups.flatMap(({ checks }) => checks)) counts[status] += 1;
  return { version, groups, services: findings.map(({ facts }) => facts), counts };
}
