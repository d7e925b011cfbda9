/** Small helpers over the DOM. Text only ever enters it as text. */

/** @throws when the page lacks that part. */
export function part<T extends Element>(id: string, kind: new () => T): T {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new Error(`The page has no ${id}.`);
}

interface Parts {
  readonly class?: string;
  readonly text?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly children?: readonly (Node | null)[];
}

export function make<K extends keyof HTMLElementTagNameMap>(tag: K, parts: Parts = {}): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (parts.class !== undefined) element.className = parts.class;
  if (parts.text !== undefined) element.textContent = parts.text;
  for (const [name, value] of Object.entries(parts.attributes ?? {})) element.setAttribute(name, value);
  for (const child of parts.children ?? []) if (child !== null) element.append(child);
  return element;
}

/** Calls `work` once, some time after the last call of the returned function. */
export function debounced(afterMs: number, work: () => void): () => void {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = window.setTimeout(work, afterMs);
  };
}
