import { en } from "../../src/text/en/index.ts";
import { type Message, say } from "../../src/text/message.ts";

/** Matches a message, such as an error's `says` or `hint`, whose English text contains or matches this. */
export const saying = (part: string | RegExp) => ({
  asymmetricMatch: (message: Message | undefined) => {
    const text = message === undefined ? undefined : say(message, en);
    return text !== undefined && (typeof part === "string" ? text.includes(part) : part.test(text));
  },
  toString: () => `a message with ${part}`,
});
