/** Manifests of any length, with the ids that the sandbox is filled with. */
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** The id of a ClickUp task; `index` counts from 0. */
export function taskIdOf(index: number): string {
  return `86${index.toString(36).padStart(7, '0')}`;
}

/** Three columns: what a clean-up's list has at least. */
export function writeNarrowManifest(path: string, rows: number): Promise<void> {
  return writeManifest(
    path,
    rows,
    'task_id,name,environment',
    (index) => `${taskIdOf(index)},[test] Task ${index},test`,
  );
}

/** Eight columns and some 110 bytes a row, one cell in quotes. */
export function writeWideManifest(path: string, rows: number): Promise<void> {
  const header = 'task_id,name,status,priority,assignee,due,environment,notes';
  return writeManifest(path, rows, header, (index) => {
    const due = `2026-${String(1 + (index % 12)).padStart(2, '0')}-${String(1 + (index % 28)).padStart(2, '0')}`;
    const notes = `"Made by the migration, batch ${index % 97}"`;
    return `${taskIdOf(index)},[test] Task ${index},open,normal,anna.berg@example.com,${due},test,${notes}`;
  });
}

async function writeManifest(
  path: string,
  rows: number,
  header: string,
  rowText: (index: number) => string,
): Promise<void> {
  const pieces = function* () {
    yield `${header}\n`;
    let piece = '';
    for (let index = 0; index < rows; index++) {
      piece += `${rowText(index)}\n`;
      if (piece.length < 65_536) continue;
      yield piece;
      piece = '';
    }
    yield piece;
  };
  await pipeline(Readable.from(pieces()), createWriteStream(path));
}
