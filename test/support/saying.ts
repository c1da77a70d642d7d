import { en } from "../../src/text/en/index.ts";
import { type Message, say } from "../../src/text/message.ts";

const inEnglish = (fits: (text: string) => boolean, wanted: string) => ({
  asymmetricMatch: (message: Message | undefined) => message !== undefined && fits(say(message, en)),
  toString: () => `a message with ${wanted}`,
});

/** Matches a message, such as an error's `says` or `hint`, that has this text in English. */
export const saying = (part: string | RegExp) =>
  inEnglish((text) => (typeof part === "string" ? text.includes(part) : part.test(text)), JSON.stringify(String(part)));

/** Matches a message that is this text in English and nothing else. */
export const sayingOnly = (whole: string) => inEnglish((text) => text === whole, JSON.stringify(whole));
