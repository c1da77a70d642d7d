import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { Secret } from "../core/secret.ts";
import { isWeakToken } from "./credentials.ts";
import { codeOf, keyOf, PROOF_FORM, type ProofKey } from "./token-proof.ts";

/*
 * A browser sees the gateway's page without ever having a token: a command proves that it knows one and gets a pass, which
 * is good for one use within a minute; the page takes it from the fragment of its address and gets a session for it.
 * @why a token in an address would stand on the screen, in the history of a browser and in the arguments of a program.
 */

/** A token, and the name of its holder. */
interface Named {
  readonly name: string | undefined;
  readonly token: Secret;
}

interface Holder {
  readonly name: string | undefined;
}

const PASS = "ocp_";
const PASS_BYTES = 16;
/** For as long as it takes a person to open an address. */
export const PASS_MS = 60_000;

/** @why whoever holds a token could otherwise fill the memory. */
const MOST_PASSES = 100;

export const isPass = (text: string): boolean => text.startsWith(PASS);

/** Tells which pass is meant, to others than its user. */
export const markOfPass = (pass: string): string => createHash("sha256").update(pass).digest("hex");

/** Passes that were given out, by whoever gives them out and takes them back. Times are of a clock that does not jump. */
export class Passes {
  readonly #known = new Map<string, { readonly name: string | undefined; readonly untilMs: number }>();

  give(name: string | undefined, nowMs: number, randomBytes: (sizeBytes: number) => Buffer): string {
    for (const [pass, { untilMs }] of this.#known) if (untilMs <= nowMs) this.#known.delete(pass);
    const [oldest] = this.#known.keys();
    if (this.#known.size >= MOST_PASSES && oldest !== undefined) this.#known.delete(oldest);
    const pass = `${PASS}${randomBytes(PASS_BYTES).toString("base64url")}`;
    this.#known.set(pass, { name, untilMs: nowMs + PASS_MS });
    return pass;
  }

  /** Whom it was given to; `undefined` if it is too old, has been used, or is none. */
  take(pass: string, nowMs: number): Holder | undefined {
    const known = this.#known.get(pass);
    this.#known.delete(pass);
    return known === undefined || known.untilMs <= nowMs ? undefined : { name: known.name };
  }

  /** Forgets those of others: a pass ends with the token that it was given for. */
  keepOf(isKept: (name: string | undefined) => boolean): void {
    for (const [pass, { name }] of this.#known) if (!isKept(name)) this.#known.delete(pass);
  }

  /** True until the pass of that mark is used. */
  has(mark: string): boolean {
    return [...this.#known.keys()].some((pass) => markOfPass(pass) === mark);
  }
}

const SESSION = /^ocs_(\d{1,15})\.([\w-]{16})\.([\w-]{0,200})\.([\w-]{43})$/;
const NONCE_BYTES = 12;
/** A working day; then the command is run again. */
const SESSION_MS = 12 * 60 * 60_000;

export interface PageSession {
  readonly session: string;
  readonly untilMs: number;
}

/**
 * Sessions of the page, which any process with the same tokens knows, also after a restart. One ends with its token.
 * Times are of the clock of this machine.
 */
export class PageSessions {
  readonly #tokens: ReadonlyMap<string, { readonly name: string | undefined; readonly key: () => ProofKey }>;
  readonly #inOrder: readonly Named[];

  constructor(tokens: readonly Named[]) {
    this.#inOrder = tokens;
    this.#tokens = new Map(
      tokens.map(({ name, token }) => {
        let key: ProofKey | undefined;
        return [name ?? "", { name, key: () => (key ??= keyOf(token)) }] as const;
      }),
    );
  }

  make(name: string | undefined, nowMs: number, randomBytes: (sizeBytes: number) => Buffer): PageSession | undefined {
    const holder = this.#tokens.get(name ?? "");
    if (holder === undefined) return undefined;
    const untilMs = nowMs + SESSION_MS;
    const nonce = randomBytes(NONCE_BYTES).toString("base64url");
    const said = `${untilMs}.${nonce}.${Buffer.from(name ?? "").toString("base64url")}`;
    return { session: `ocs_${said}.${signatureOf(holder.key(), said).toString("base64url")}`, untilMs };
  }

  /** Whose it is; `undefined` if it is over or none. */
  holderOf(text: string, nowMs: number): (Holder & Pick<PageSession, "untilMs">) | undefined {
    const [, until = "", nonce = "", name = "", signature = ""] = SESSION.exec(text) ?? [];
    const untilMs = Number(until);
    // Not more than any of ours has left, should the clock have been wrong when it was made.
    if (until === "" || untilMs <= nowMs || untilMs > nowMs + 2 * SESSION_MS) return undefined;
    const holder = this.#tokens.get(Buffer.from(name, "base64url").toString());
    if (holder === undefined) return undefined;
    const given = Buffer.from(signature, "base64url");
    const right = signatureOf(holder.key(), `${until}.${nonce}.${name}`);
    return timingSafeEqual(given, right) ? { name: holder.name, untilMs } : undefined;
  }

  /** Whose token a command has proved to know, and the gateway's own proof for it. As `prover` has it. */
  proved(header: string): (Holder & { readonly reply: string }) | undefined {
    const [, nonce = "", code = ""] = PROOF_FORM.exec(header) ?? [];
    if (nonce === "") return undefined;
    const given = Buffer.from(code, "hex");
    const tried = this.#inOrder.filter(({ token }, index) => index === 0 || !isWeakToken(token));
    const fitting = tried.flatMap(({ name }) => {
      const key = this.#tokens.get(name ?? "")?.key();
      return key !== undefined && timingSafeEqual(given, codeOf(key, "page", nonce)) ? [{ name, key }] : [];
    });
    const [first] = fitting;
    return first && { name: first.name, reply: codeOf(first.key, "gateway", nonce).toString("hex") };
  }
}

const signatureOf = (key: ProofKey, said: string): Buffer =>
  createHmac("sha256", key).update(`openclaw local gateway: session\n${said}`).digest();
