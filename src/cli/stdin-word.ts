/** What the command line makes of `-`, a manifest on stdin or a report on stdout, which yargs would read as an empty text. */
export const stdinWord = '<stdin>';

/** The file that `--output` names; undefined for stdout, which is also meant by `-`. */
export function outputFile(output: string | undefined): string | undefined {
  return output === stdinWord || output === '-' ? undefined : output;
}
