/** An id as Tallyfy gives to everything but users: 32 hex digits. `random` is uniform in [0, 1). */
export function newId(random: () => number): string {
  let id = '';
  for (let part = 0; part < 4; part += 1) {
    id += Math.floor(random() * 0x1_0000_0000)
      .toString(16)
      .padStart(8, '0');
  }
  return id;
}

export function isHexId(value: string): boolean {
  return /^[a-f0-9]{32}$/.test(value);
}
