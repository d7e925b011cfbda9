/** The first word of the command line by which a shell asks; the words up to the cursor follow. */
export const askWord = '__complete';
