import type { OpenManifest } from '../manifest/read-manifest.js';
import type { OutsideRow } from './row-links.js';

/** What checking needs of a manifest. */
export interface ManifestRows extends Pick<OpenManifest, 'format' | 'columns' | 'chunks' | 'fingerprint'> {
  /** A row beside the manifest's own that one of them may name by its key; left out where there are no others. */
  readonly elsewhere?: (key: string) => OutsideRow | null;
}
