import { fail, ok, type Result } from "./result.ts";

export interface ProxyAddress {
  /** Protocol, host and port, and nothing else. */
  readonly uri: string;
  /** As written: percent-encoded, or not. */
  readonly username: string;
  readonly password: string;
}

/**
 * Why an address cannot be used, by the system's code for the like: it is no URL, its user name or password contains what
 * ends either in a URL, or it is a proxy of another kind, whose name is then safe to show.
 */
export type ProxyFault =
  | { readonly code: "ERR_INVALID_URL" | "ERR_INVALID_CREDENTIALS" }
  | { readonly code: "ERR_INVALID_PROTOCOL"; readonly protocol: string; readonly uri: string };

/** Reads the value of a proxy variable; `http://` may be left out. */
export function proxyAddress(raw: string): Result<ProxyAddress, ProxyFault> {
  const given = raw.trim();
  const text = given.includes("://") ? given : `http://${given}`;
  const start = text.indexOf("://") + "://".length;
  // The host would be read from the middle of the password, and shown.
  const isUnencoded = /[/?#@\s]/.test(text.slice(start, Math.max(start, text.lastIndexOf("@"))));
  if (isUnencoded) return fail({ code: "ERR_INVALID_CREDENTIALS" });
  if (!URL.canParse(text)) return fail({ code: "ERR_INVALID_URL" });
  const { protocol, host, username, password } = new URL(text);
  const uri = `${protocol}//${host}`;
  if (!["http:", "https:"].includes(protocol)) return fail({ code: "ERR_INVALID_PROTOCOL", protocol, uri });
  return ok({ uri, username, password });
}
