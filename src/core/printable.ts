/*
 * What others wrote, fit for a terminal. A name that a stranger chose loses everything that does not show, since it may
 * pass itself off as another; in a text of the user's own, such as a path, signs that only join others stay.
 */

/** Text from files, programs and the network, without what would move a terminal's cursor or turn its lines around. */
export const printable = (text: string): string =>
  text.replace(/[\p{Cc}\u061C\u200E\u200F\u2028\u2029\u202A-\u202E\u2066-\u2069]+/gu, (codes) =>
    codes.includes("\n") ? "\n" : " ",
  );

/**
 * What a client or an upstream named, on one line: `?` stands for what is no letter, digit or sign of any script, such as
 * codes that terminals obey, marks that turn a line around or do not show, and halves of a pair.
 */
export const printableName = (text: string): string =>
  PLAIN.test(text) ? text : text.replace(/(?! )[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/gu, "?");

const PLAIN = /^[ -~]*$/;
