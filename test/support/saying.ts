import { en } from "../../src/text/en/index.ts";
import { type Message, say } from "../../src/text/message.ts";

/** Matches a message, such as an error's `says` or `hint`, that has this text in English. */
export const saying = (part: string) => ({
  asymmetricMatch: (message: Message | undefined) => message !== undefined && say(message, en).includes(part),
  toString: () => `a message with "${part}"`,
});
