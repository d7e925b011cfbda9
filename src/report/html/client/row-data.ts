/** Takes the rows in while the page is still being read: the first of them are shown before the last has come. */
import { field } from '../../../json.js';
import type { RowsTold } from '../row-chunks.js';
import { part } from './dom.js';
import type { RowStore } from './row-store.js';

/** @param onRows is told after each share of rows. @param onEnd is told once all are here. */
export function takeRows(store: RowStore, onRows: () => void, onEnd: (told: RowsTold) => void): void {
  const told: RowsTold = { rows: 0, cutRows: 0, more: false };
  // The program runs before its data; the place of the data comes right behind it.
  const start = (): void => {
    const host = part('data', HTMLDivElement);
    let taken = Promise.resolve();
    const take = (all: boolean): void => {
      for (;;) {
        const block = host.firstElementChild;
        // A block whose end has not come yet has none behind it.
        if (block === null || (!all && block.nextElementSibling === null)) break;
        const packed = block.textContent;
        // One behind the other: rows stay in order, and no more than one block is held unpacked beside them.
        taken = taken.then(async () => {
          takeBlock(await unpack(packed), store, told);
          onRows();
        });
        block.remove();
      }
    };
    const observer = new MutationObserver(() => take(false));
    observer.observe(host, { childList: true });
    const end = (): void => {
      observer.disconnect();
      take(true);
      void taken.then(() => onEnd(told));
    };
    if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', end, { once: true });
    else end();
    take(false);
  };
  if (document.getElementById('data') !== null) start();
  else {
    const waiting = new MutationObserver(() => {
      if (document.getElementById('data') === null) return;
      waiting.disconnect();
      start();
    });
    waiting.observe(document.body, { childList: true });
  }
}

/** Deflated JSON in base64. A blob to read it from, or a function for each byte, would cost more than all of the rest. */
function unpack(packed: string): Promise<unknown> {
  const text = atob(packed);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  const { writable, readable } = new DecompressionStream('deflate-raw');
  const writer = writable.getWriter();
  void writer.write(bytes);
  void writer.close();
  return new Response(readable).json();
}

function takeBlock(block: unknown, store: RowStore, told: RowsTold): void {
  const end = field(block, 'told');
  if (isTold(end)) Object.assign(told, end);
  else if (isChunk(block)) store.add(block);
}

/** What the page holds was written with it: a look at its outermost shape is enough. */
function isChunk(block: unknown): block is Parameters<RowStore['add']>[0] {
  return (
    typeof field(block, 'n') === 'number' && Array.isArray(field(block, 'c')) && Array.isArray(field(block, 'cut'))
  );
}

function isTold(end: unknown): end is RowsTold {
  return typeof field(end, 'rows') === 'number';
}
