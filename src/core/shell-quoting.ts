/**
 * A word as an argument for a shell command, in quotes where it needs them.
 * @source POSIX, "Quoting".
 */
export const quotedWord = (word: string): string =>
  /^[\w./:@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/**
 * A path as such an argument.
 * @why no quotes: in them a shell would not expand the `~` by which the home folder is shown.
 */
export const escapedPath = (path: string): string => path.replace(/[^\w./:@%+=,~-]/g, "\\$&");
