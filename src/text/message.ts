import type { en } from "./en/index.ts";

export interface Texts extends English {}

type English = typeof en;

/**
 * A sentence and its values, not yet in a language. Errors, problems and findings carry it until they are shown.
 * @why a function: its parameters type-check the values, and an editor jumps from its use to the words.
 */
export type Message = (text: Texts) => string;

export const say = (message: Message, text: Texts): string => message(text);
