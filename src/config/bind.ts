import { nearest } from "../core/similar.ts";
import type { Message } from "../text/message.ts";

/**
 * The networks that may reach the local gateway, in OpenClaw's words.
 * @source `gateway.bind` of its schema.
 */
export const BINDS = ["loopback", "lan", "tailnet", "auto", "custom"] as const;

type Bind = (typeof BINDS)[number];

/** Words of other programs for the same. */
const OTHER_WORDS: Readonly<Record<string, Bind>> = {
  "0.0.0.0": "lan",
  "::": "lan",
  "[::]": "lan",
  "*": "lan",
  all: "lan",
  any: "lan",
  everywhere: "lan",
  public: "lan",
  network: "lan",
  "127.0.0.1": "loopback",
  "::1": "loopback",
  "[::1]": "loopback",
  localhost: "loopback",
  local: "loopback",
  tailscale: "tailnet",
};

/** Suggests what was probably meant with a word that is none of ours. */
export function meantBind(value: unknown): Message | undefined {
  if (typeof value !== "string") return undefined;
  const word = value.trim().toLowerCase();
  const meant = Object.hasOwn(OTHER_WORDS, word) ? OTHER_WORDS[word] : nearest(word, BINDS);
  if (meant !== undefined) return (t) => t.config.didYouMean(meant);
  return /^(?:\d+\.){3}\d+$|^[\da-f:]*:[\da-f:]*$/.test(word) ? (t) => t.config.useCustomBind : undefined;
}
