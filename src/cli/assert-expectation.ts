/** What `--expect` counts must be operations that there are: a plan would else be made only to be refused. */
import { UsageError } from '../errors.js';
import { providers } from '../providers/registry.js';
import type { RunSettings } from '../state/run-record.js';
import { nearestWord } from './nearest-word.js';

/** @throws {UsageError} when it names what is no operation, or one operation in two ways. */
export function assertExpectation(expected: RunSettings['expect']): void {
  if (expected === null || typeof expected === 'number') return;
  const names = Object.keys(expected);
  const write = (change: (name: string) => string) =>
    names.map((name) => `${change(name)}=${expected[name] ?? 0}`).join(',');
  for (const name of names) {
    const fault = faultOf(name);
    if (fault === null) continue;
    const { nearest } = fault;
    throw new UsageError(`--expect names ${name}: ${fault.reason}.`, {
      code: 'EXPECT',
      fix:
        nearest === null
          ? 'See the operations: taskbatch operations'
          : `Did you mean: --expect ${write((other) => (other === name ? nearest : other))}`,
    });
  }
  const twice = names.find((name) => names.some((other) => other.endsWith(`.${name}`)));
  if (twice === undefined) return;
  const having = providers.filter(({ operations }) => operations.some((operation) => operation.name === twice));
  const forms = having.map(({ name }) => `${name}.${twice}=N`).join(',');
  // With the service left out it may be meant for all services or for the others; a guard is no place for a guess.
  throw new UsageError(`--expect names ${twice} with a service and without one, so a row of it would count for both.`, {
    code: 'EXPECT',
    fix: `Write one number for all of them (--expect ${twice}=N), or one for each service: --expect ${forms}`,
  });
}

/** Why a name is no operation, and the nearest that is; null when it is one. */
function faultOf(name: string): { readonly reason: string; readonly nearest: string | null } | null {
  const at = name.indexOf('.');
  if (at === -1) {
    const known = [...new Set(providers.flatMap(({ operations }) => operations.map((operation) => operation.name)))];
    return known.includes(name)
      ? null
      : { reason: 'no service has such an operation', nearest: nearestWord(name, known) };
  }
  const [service, operation] = [name.slice(0, at), name.slice(at + 1)];
  const provider = providers.find((candidate) => candidate.name === service);
  if (provider === undefined) {
    const nearest = nearestWord(
      service,
      providers.filter(({ operations }) => operations.some((one) => one.name === operation)).map((one) => one.name),
    );
    return {
      reason: `there is no service ${service}`,
      nearest: nearest === null ? null : `${nearest}.${operation}`,
    };
  }
  const known = provider.operations.map((one) => one.name);
  if (known.includes(operation)) return null;
  const nearest = nearestWord(operation, known);
  return {
    reason: `${provider.title} has no such operation`,
    nearest: nearest === null ? null : `${service}.${nearest}`,
  };
}
