import type { Env } from "../core/context.ts";
import type { NetworkFault } from "../core/http.ts";
import { fail, ok, type Result } from "../core/result.ts";

/** The proxy that the environment names for a request, and which hosts do without it. */
export interface ProxySetting {
  /** Empty when there is none; never holds credentials. */
  readonly uri: string;
  /** Value of `proxy-authorization`, if the variable holds credentials. */
  readonly token?: string;
  /** The value of `NO_PROXY`, for undici to judge. */
  readonly noProxy: string;
}

const PROTOCOLS = ["http:", "https:"];

/** As curl and undici do: lower case wins, and what has no proxy of its own for `https:` takes that of `http:`. */
export function proxySetting(protocol: string, env: Env): Result<ProxySetting, NetworkFault> {
  const http = env.http_proxy ?? env.HTTP_PROXY ?? "";
  const raw = protocol === "https:" ? (env.https_proxy ?? env.HTTPS_PROXY) || http : http;
  const noProxy = env.no_proxy ?? env.NO_PROXY ?? "";
  if (raw.trim() === "") return ok({ uri: "", noProxy });
  const text = raw.includes("://") ? raw : `http://${raw.trim()}`;
  if (!URL.canParse(text)) return fail({ kind: "proxy", systemCode: "ERR_INVALID_URL" });
  const url = new URL(text);
  const uri = `${url.protocol}//${url.host}`;
  if (!PROTOCOLS.includes(url.protocol)) return fail({ kind: "proxy", systemCode: "ERR_INVALID_PROTOCOL", proxy: uri });
  if (url.username === "" && url.password === "") return ok({ uri, noProxy });
  const credentials = `${decoded(url.username)}:${decoded(url.password)}`;
  return ok({ uri, noProxy, token: `Basic ${Buffer.from(credentials).toString("base64")}` });
}

/** A lone `%` in a password is taken as it stands. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
