/** The strictest way for a service to count: the most arrivals that lie within any `windowMs`, ends excluded. */
export function mostInAnyWindow(arrivalsMs: readonly number[], windowMs: number): number {
  const sorted = [...arrivalsMs].sort((a, b) => a - b);
  let first = 0;
  let most = 0;
  for (const [index, arrivalMs] of sorted.entries()) {
    while (arrivalMs - (sorted[first] ?? arrivalMs) >= windowMs) first += 1;
    most = Math.max(most, index - first + 1);
  }
  return most;
}
