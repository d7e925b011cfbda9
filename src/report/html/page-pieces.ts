/** What every page is put together of: its frame with the policy, its sections, the program, and its rows as data. */
import type { ClientAssets } from './client-assets.js';
import { jsonBlock, Markup, markup, packedBlock } from './markup.js';
import type { PageFacts } from './page-facts.js';
import type { PackableRow, RowPacker } from './row-chunks.js';

/** Rows that a browser still handles with ease; further ones are left out, and the page says so. */
export const mostPageRows = 200_000;

export interface PageParts<R extends PackableRow> {
  readonly title: string;
  readonly sections: readonly (Markup | null)[];
  readonly facts: PageFacts;
  readonly packer: RowPacker<R>;
}

/**
 * What is known as a whole comes first, and the program before the rows: it shows the first of them while the others are
 * still coming.
 */
export async function* pagePieces<R extends PackableRow>(
  batches: Iterable<readonly R[]> | AsyncIterable<readonly R[]>,
  { title, sections, facts, packer }: PageParts<R>,
  { script, style }: ClientAssets,
): AsyncGenerator<string, void, undefined> {
  const policy = [
    "default-src 'none'",
    `script-src '${script.hash}'`,
    `style-src '${style.hash}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
  yield markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${title} · taskbatch</title>
<style>${new Markup(style.text)}</style>
</head>
<body>
${sections}${jsonBlock('page', JSON.stringify(facts))}<script>${new Markup(script.text)}</script>
<div id="data" hidden>
`.text;
  for await (const batch of batches) {
    const chunk = packer.pack(batch);
    if (chunk === null) break;
    yield packedBlock(chunk).text;
  }
  yield markup`${packedBlock(JSON.stringify({ told: packer.told }))}</div>
</body>
</html>
`.text;
}
