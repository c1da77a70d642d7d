import type { en } from "./en/index.ts";

export interface Texts extends English {}

type English = typeof en;

/**
 * A sentence and its values, not yet in a language. Errors, problems and findings carry it until they are shown.
 * @why a function: its parameters type-check the values, and an editor jumps from its use to the words.
 */
export type Message = (text: Texts) => string;

export const say = (message: Message, text: Texts): string => message(text);

/** Sentences one after another, with a space between them unless a full-width stop brings its own. */
export const sentences = (all: readonly string[]): string =>
  all.reduce((said, next) => (said === "" || FULL_WIDTH_STOP.test(said) ? said + next : `${said} ${next}`), "");

const FULL_WIDTH_STOP = /[。？：；）」]$/;
