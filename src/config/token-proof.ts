import { createHmac, scryptSync, timingSafeEqual } from "node:crypto";
import type { Secret } from "../core/secret.ts";
import { isWeakToken } from "./credentials.ts";

/*
 * How a command and the local gateway show each other that they know a token, without sending it. The command sends a
 * number of its own and a code of both; only to a right code the gateway replies, with another code of the same number.
 * @why whatever else listens on the port learns no token, and cannot repeat an earlier reply. The command goes first, so
 * that the gateway gives strangers nothing to guess the token by.
 */

/** The header of a request to `/readyz`; the reply stands in the body. */
export const PROOF_HEADER = "x-openclaw-proof";

const NONCE_BYTES = 32;
export const PROOF_FORM = /^([\da-f]{64})\.([\da-f]{64})$/;

/** What a token is worth as a key. A short one is stretched, since whoever gets a code of it can try others at leisure. */
export type ProofKey = Buffer;

export const keyOf = (token: Secret): ProofKey =>
  isWeakToken(token)
    ? scryptSync(token.reveal(), "openclaw local gateway", 32, STRETCHING)
    : Buffer.from(token.reveal());

/** @measured 20 ms, during which a gateway does nothing else; it does so once. */
const STRETCHING = { N: 8_192 };

/** `page`: of a command that wants its user to see the gateway's page; a code of the other kinds does not do that. */
type Side = "command" | "gateway" | "page";

export const codeOf = (key: ProofKey, side: Side, nonce: string): Buffer =>
  createHmac("sha256", key).update(`openclaw local gateway: ${side}\n${nonce}`).digest();

interface Challenge {
  readonly headers: Readonly<Record<string, string>>;
  readonly isProvedBy: (reply: unknown) => boolean;
  /** True if a reply's list of marks has that of the credential. */
  readonly isMarked: (marks: readonly unknown[], credential: Secret) => boolean;
}

export function challenge(
  token: Secret,
  randomBytes: (sizeBytes: number) => Buffer,
  side: "command" | "page" = "command",
): Challenge {
  const nonce = randomBytes(NONCE_BYTES).toString("hex");
  const key = keyOf(token);
  const wanted = codeOf(key, "gateway", nonce);
  return {
    headers: { [PROOF_HEADER]: `${nonce}.${codeOf(key, side, nonce).toString("hex")}` },
    isProvedBy: (reply) => {
      const given = Buffer.from(typeof reply === "string" ? reply : "", "hex");
      return given.length === wanted.length && timingSafeEqual(given, wanted);
    },
    isMarked: (marks, credential) => marks.includes(markOf(credential.reveal(), nonce)),
  };
}

/** @why whoever has the mark of a shorter text can find the text by trying. */
const SHORTEST_MARKED = 20;

/** Shows whoever has a credential that the other side has it too, and nothing to anybody else. */
const markOf = (credential: string, nonce: string): string =>
  createHmac("sha256", credential).update(`openclaw local gateway: sends\n${nonce}`).digest("hex");

/** The marks of credentials for whoever sent a challenge; those of short ones are left out. */
export function credentialMarks(credentials: Iterable<string>, header: string): readonly string[] {
  const [, nonce = ""] = PROOF_FORM.exec(header) ?? [];
  const long = [...new Set(credentials)].filter(({ length }) => length >= SHORTEST_MARKED);
  return nonce === "" ? [] : long.map((credential) => markOf(credential, nonce));
}

/**
 * Replies to a challenge by whoever has one of the tokens; `undefined` to anybody else. Of short tokens only the first
 * counts, the one that commands prefer, since a stranger decides when they are stretched.
 */
export function prover(tokens: readonly Secret[]): (header: string) => string | undefined {
  let keys: readonly ProofKey[] | undefined;
  return (header) => {
    const [, nonce = "", code = ""] = PROOF_FORM.exec(header) ?? [];
    if (nonce === "") return undefined;
    const given = Buffer.from(code, "hex");
    // Made when they are needed: stretching takes time.
    keys ??= tokens.filter((token, index) => index === 0 || !isWeakToken(token)).map(keyOf);
    // All of them are compared, so that the time does not tell which one fits.
    const fitting = keys.filter((key) => timingSafeEqual(given, codeOf(key, "command", nonce)));
    return fitting[0] && codeOf(fitting[0], "gateway", nonce).toString("hex");
  };
}
