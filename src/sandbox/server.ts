import { hostServices, type Sandbox, type SandboxOptions } from './host.js';
import { services } from './services.js';

export type { Sandbox, SandboxOptions } from './host.js';

/** Starts the sandbox with every service, on 127.0.0.1 only; see `hostServices` for the errors. */
export function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  return hostServices(services, options);
}
