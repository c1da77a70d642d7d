import type { en } from "./en/index.ts";

/** Every sentence of the program in one language, by room. */
export interface Texts extends English {}

type English = typeof en;

/**
 * A sentence that has not been put into a language yet: which one, with its values. Errors, problems and findings carry
 * it until they are shown.
 * @why a function: the values of a sentence are checked by its parameters, and an editor leads from its use to its words.
 */
export type Message = (text: Texts) => string;

/** The sentence in a language. */
export const say = (message: Message, text: Texts): string => message(text);
