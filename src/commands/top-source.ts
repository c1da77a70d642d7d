import { isThisMachine } from "../config/listen-address.ts";
import { withProxy } from "../config/resolve.ts";
import type { Context } from "../core/context.ts";
import { attempt, OpenclawError } from "../core/errors.ts";
import type { NetworkFaultKind } from "../core/http.ts";
import { commandLine, type Paths } from "../core/paths.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { sessionFor, sessionHeaders } from "../service/page-access.ts";
import type { Message } from "../text/message.ts";
import { type OpenGateway, openGateway } from "./client-access.ts";
import { askForPass, assertAnswers } from "./gateway-dashboard.ts";

/** A running gateway that has proved that it knows our token, or wants none. */
export interface ViewedGateway {
  /** As the configuration writes it. */
  readonly address: string;
  /** The body of an answer of 200; else why there is none. */
  readonly get: (path: string, signal?: AbortSignal) => Promise<Result<string, Message>>;
  /** Calls back with the text of a stream; resolves when it has ended, or did not begin. */
  readonly stream: (path: string, onText: (text: string) => void, signal: AbortSignal) => Promise<void>;
}

const LIMITS = {
  connectTimeoutMs: 5_000,
  idleTimeoutMs: 15_000,
  totalTimeoutMs: 20_000,
  maxBodyBytes: 4 * 1024 * 1024,
};

/** @why the gateway sends a comment each 15 s. */
const STREAM_IDLE_MS = 45_000;

/** Throws `gateway.unavailable` if it does not answer or is another one; `credentials.missing`, `config.*`. */
export async function viewedGateway(paths: Paths, context: Context): Promise<ViewedGateway> {
  const gateway = await openGateway(paths, context);
  await assertAnswers(gateway, paths, context);
  const { url, shown } = gateway;
  const { http } = withProxy(gateway.files, context);
  const how = { method: "GET", direct: isThisMachine(new URL(url).hostname), ...LIMITS } as const;
  let session = await sessionOf(gateway, context);
  const silent =
    (kind: NetworkFaultKind): Message =>
    (t) =>
      t.top.silent({ url: shown, reason: t.onboard.remote.faults[kind] });
  const ask = (path: string, signal: AbortSignal | undefined) =>
    http({ ...how, url: `${url}${path}`, headers: sessionHeaders(session), ...(signal && { signal }) });
  const get: ViewedGateway["get"] = async (path, signal) => {
    let response = await ask(path, signal);
    if (response.ok && response.value.status === 401) {
      // It is over after some hours, or with its token.
      const next = await attempt(() => sessionOf(gateway, context));
      if (!next.ok) return fail(next.error.says);
      session = next.value;
      response = await ask(path, signal);
    }
    if (!response.ok) return fail(silent(response.error.kind));
    const { status, body } = response.value;
    return status === 200 ? ok(body) : fail(refusal(status, shown, paths));
  };
  const stream: ViewedGateway["stream"] = async (path, onText, signal) => {
    const decoder = new TextDecoder();
    const { totalTimeoutMs: _, ...unlimited } = how;
    const onData = (chunk: Buffer) => onText(decoder.decode(chunk, { stream: true }));
    const limits = { ...unlimited, idleTimeoutMs: STREAM_IDLE_MS };
    await http({ ...limits, url: `${url}${path}`, headers: sessionHeaders(session), signal, onData });
  };
  return { address: shown, get, stream };
}

/** A session, which opens pages of the gateway and nothing else; `undefined` if none is needed. The token is not sent. */
async function sessionOf(gateway: OpenGateway, context: Context): Promise<string | undefined> {
  const pass = await askForPass(gateway, context);
  if (pass === undefined) return undefined;
  const session = await sessionFor(gateway, pass, withProxy(gateway.files, context));
  if (session !== undefined) return session;
  throw new OpenclawError((t) => t.top.refused(gateway.shown), { code: "gateway.unavailable" });
}

const refusal = (status: number, url: string, { profile }: Pick<Paths, "profile">): Message => {
  if (status === 401) return (t) => t.top.refused(url);
  if (status === 404) return (t) => t.top.showsNothing({ url, command: commandLine(profile, "gateway restart") });
  return (t) => t.top.failed({ url, status });
};
