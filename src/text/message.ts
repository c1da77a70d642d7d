import type { en } from "./en/index.ts";

/** Every sentence of the program in one language, by room. */
export interface Texts extends English {}

type English = typeof en;

/**
 * A sentence that has not been put into a language yet: which one, with its values. Errors, problems and findings carry
 * it until they are shown. The plain text is for the time in which rooms move their sentences here.
 */
export type Message = string | ((text: Texts) => string);

/** The sentence in a language. */
export const say = (message: Message, text: Texts): string => (typeof message === "string" ? message : message(text));
