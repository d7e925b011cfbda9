/** What the command line makes of a manifest named `-`, which yargs would read as an empty text. */
export const stdinWord = '<stdin>';
