import { isThisMachine } from "../config/listen-address.ts";
import { challenge } from "../config/token-proof.ts";
import type { Context } from "../core/context.ts";
import { parseJsonObject } from "../core/json.ts";
import type { Secret } from "../core/secret.ts";

/** A running gateway, and a token of it; `undefined` if it wants none. */
export interface PageAddress {
  readonly url: string;
  readonly token: Secret | undefined;
}

type Asking = Pick<Context, "http" | "randomBytes">;

const LIMITS = { connectTimeoutMs: 5_000, idleTimeoutMs: 10_000, totalTimeoutMs: 15_000 };
const MAX_BODY_BYTES = 64 * 1024;
const MAX_STATE_BYTES = 4 * 1024 * 1024;

type Said = Readonly<Record<string, unknown>>;

const get = (url: string, path: string, headers: Readonly<Record<string, string>>, { http }: Asking) =>
  http({
    method: "GET",
    url: `${url}${path}`,
    headers,
    direct: isThisMachine(new URL(url).hostname),
    maxBodyBytes: path.startsWith("/dashboard/state") ? MAX_STATE_BYTES : MAX_BODY_BYTES,
    ...LIMITS,
  });

/** The answer to a proof that the token is known; `undefined` from anything that does not prove the same. */
export async function askPage({ url, token }: PageAddress, search: string, asking: Asking): Promise<Said | undefined> {
  const asked = token && challenge(token, asking.randomBytes, "page");
  const response = await get(url, `/dashboard/pass${search}`, asked?.headers ?? {}, asking);
  const said = response.ok && response.value.status === 200 ? parseJsonObject(response.value.body) : undefined;
  if (said === undefined || said.pass === null) return said;
  return asked?.isProvedBy(said.proof) ? said : undefined;
}

/** Null if none is needed, `undefined` if the gateway gives none. */
export async function passFor(address: PageAddress, asking: Asking): Promise<string | null | undefined> {
  const { pass } = (await askPage(address, "", asking)) ?? {};
  if (pass === null) return null;
  return typeof pass === "string" && /^[\w-]{1,100}$/.test(pass) ? pass : undefined;
}

/** For a pass, too; none for a gateway that wants neither. */
export const sessionHeaders = (session: string | undefined): Readonly<Record<string, string>> =>
  session === undefined ? {} : { authorization: `Bearer ${session}` };

/** The session for a pass, which opens pages of the gateway and nothing else. */
export async function sessionFor(
  { url }: Pick<PageAddress, "url">,
  pass: string,
  asking: Asking,
): Promise<string | undefined> {
  const response = await get(url, "/dashboard/session", sessionHeaders(pass), asking);
  const { session } = (response.ok && parseJsonObject(response.value.body)) || {};
  return typeof session === "string" ? session : undefined;
}

/** What the page shows of the gateway's state, as JSON; `undefined` from one that shows nothing. The token is not sent. */
export async function askState(address: PageAddress, language: string, asking: Asking): Promise<string | undefined> {
  const pass = await passFor(address, asking);
  if (pass === undefined) return undefined;
  const session = pass === null ? undefined : await sessionFor(address, pass, asking);
  if (pass !== null && session === undefined) return undefined;
  const response = await get(address.url, `/dashboard/state?language=${language}`, sessionHeaders(session), asking);
  return response.ok && response.value.status === 200 ? response.value.body : undefined;
}
