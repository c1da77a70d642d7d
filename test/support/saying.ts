import type { Finding } from "../../src/providers/finding.ts";
import { en } from "../../src/text/en/index.ts";
import { type Message, say } from "../../src/text/message.ts";

/** The text of a message in English; empty where there is none. */
export const inEnglish = (message: Message | undefined): string => (message === undefined ? "" : say(message, en));

const matching = (fits: (text: string) => boolean, wanted: string) => ({
  asymmetricMatch: (message: Message | undefined) => message !== undefined && fits(inEnglish(message)),
  toString: () => `a message with ${wanted}`,
});

/** Matches a message, such as an error's `says` or `hint`, that has this text in English. */
export const saying = (part: string | RegExp) =>
  matching((text) => (typeof part === "string" ? text.includes(part) : part.test(text)), JSON.stringify(String(part)));

/** Matches a message that is this text in English and nothing else. */
export const sayingOnly = (whole: string) => matching((text) => text === whole, JSON.stringify(whole));

/** A finding as a person reads it. */
export const readable = <T extends Pick<Finding, "message" | "fix">>(finding: T) => ({
  ...finding,
  message: say(finding.message, en),
  fix: say(finding.fix, en),
});
