/** Somebody else who changes tasks in the services while taskbatch plans and runs. */
import { findProvider } from '../../src/providers/registry.js';
import { findEntry, toJson } from '../contract/samples.js';
import { type Connected, connectProvider } from './connected.js';
import { rowContext } from './row-context.js';

export interface OtherHand {
  /** Does an operation at once, on the task as it is. */
  change(provider: string, operation: string, cells: Readonly<Record<string, unknown>>): Promise<void>;
  close(): Promise<void>;
}

export function createOtherHand(environment: Readonly<Record<string, string>>): OtherHand {
  const connections = new Map<string, Connected>();
  const connect = (name: string): Connected => {
    const known = connections.get(name);
    if (known !== undefined) return known;
    const provider = findProvider(name);
    if (provider === null) throw new Error(`no provider ${name}`);
    const connected = connectProvider(provider, environment);
    connections.set(name, connected);
    return connected;
  };
  return {
    change: async (provider, operation, cells) => {
      const { connection, writer } = connect(provider);
      const bound = connection.bind(operation, toJson(findEntry(provider, operation).schema.parse(cells)));
      const [reading] = bound.target === null ? [] : await connection.lookUp(writer, [bound.target]);
      const view = reading?.kind === 'found' ? reading.target : null;
      const prepared = await bound.prepare(writer, view);
      const done = prepared.ok ? await bound.execute(writer, view, prepared.value, rowContext()) : prepared;
      if (!done.ok) throw new Error(`${provider}.${operation} failed: ${done.failure.message}`);
    },
    close: async () => {
      for (const connected of connections.values()) await connected.close();
    },
  };
}
