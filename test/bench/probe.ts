/** Preloaded into every measured process: writes what the process used when it ends. */
import { readFileSync, writeFileSync } from 'node:fs';

const file = process.env.BENCH_PROBE_FILE;

if (file !== undefined) {
  process.on('exit', () => {
    const { user, system } = process.cpuUsage();
    writeFileSync(file, JSON.stringify({ cpuMs: (user + system) / 1_000, peakBytes: peakBytes() }));
  });
}

/** Linux counts the memory of the process that started it into `maxRSS`; its own high-water mark does not have that. */
function peakBytes(): number {
  try {
    const match = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
    if (match !== null) return Number(match[1]) * 1_024;
  } catch {
    // not Linux
  }
  return process.resourceUsage().maxRSS * 1_024;
}
