import type { Env } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import { commandLine, type Paths } from "../core/paths.ts";
import { CREDENTIAL_HERE, looksLikeCredential } from "../core/redact.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { Message } from "../text/message.ts";
import { gatewayUrl, isThisMachine } from "./listen-address.ts";
import type { Config } from "./schema.ts";
import type { FileValues } from "./variables.ts";

/** The gateway that programs on this machine use: its own, or one elsewhere. */
export interface UsedGateway {
  readonly isRemote: boolean;
  /** For requests, without `/v1` and without a slash at its end: `http://127.0.0.1:18789`. */
  readonly url: string;
  /** As the configuration writes that of a remote one: `wss://gateway.example.com`. */
  readonly shown: string;
}

/** True if this machine is the client of a gateway elsewhere. @source docs/gateway/remote in npm openclaw@2026.9.6. */
export const isRemoteMode = ({ gateway }: Pick<Config, "gateway">): boolean => gateway?.mode === "remote";

/** The one rule of which gateway is used here; a problem if a remote one has no address that can be used. */
export function usedGateway(
  files: FileValues,
  env: Env,
  paths: Pick<Paths, "defaultPort" | "profile">,
): Result<UsedGateway> {
  if (!isRemoteMode(files.config)) {
    const url = gatewayUrl(files, env, paths);
    return ok({ isRemote: false, url, shown: url });
  }
  const hint: Message = (t) =>
    t.config.remote.setUrl(commandLine(paths.profile, "onboard --mode remote --remote-url wss://gateway.example.com"));
  const written = files.config.gateway?.remote?.url ?? "";
  if (written === "") return fail({ where: REMOTE_URL, message: (t) => t.config.remote.noUrl, hint });
  const judged = judgeRemoteUrl(written, REMOTE_URL);
  if (!judged.ok) return fail({ ...judged.error, hint });
  return ok({ isRemote: true, url: httpUrl(judged.value), shown: judged.value });
}

const REMOTE_URL = "gateway.remote.url";

/** The same address, as requests want it. */
export const httpUrl = (url: string): string => url.replace(/^ws/, "http");

/**
 * The URL of a remote gateway as it is written: with the scheme of a WebSocket, as the published OpenClaw wants it.
 * Refuses an address on the way to which a token could be read, unless the way stays on this machine.
 * @source docs/gateway/remote in npm openclaw@2026.9.6.
 */
export function judgeRemoteUrl(value: string, where?: string): Result<string> {
  const refuse = (message: Message, hint: Message) => fail({ ...(where && { where }), message, hint });
  if (!/^(?:wss?|https?):\/\//i.test(value) || !URL.canParse(value)) {
    if (looksLikeCredential(value)) return fail({ ...CREDENTIAL_HERE, ...(where && { where }) });
    return refuse(
      (t) => t.config.remote.urlForm,
      (t) => t.config.remote.urlFormHint,
    );
  }
  const url = new URL(value);
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "")
    return refuse(
      (t) => t.config.remote.urlExtras,
      (t) => t.config.remote.urlExtrasHint,
    );
  const isProtected = url.protocol === "wss:" || url.protocol === "https:";
  if (!isProtected && !isThisMachine(url.hostname))
    return refuse(
      (t) => t.config.remote.urlOpen,
      (t) => t.config.remote.urlOpenHint,
    );
  const path = url.pathname.replace(/\/+$/, "");
  return ok(`${isProtected ? "wss" : "ws"}://${url.host}${path}`);
}

/** Throws if the gateway that is used here is not run here: `gateway.config` for one that is to run, else `usage.invalid`. */
export function assertRunsHere(
  config: Pick<Config, "gateway">,
  { profile, config: path }: Pick<Paths, "profile" | "config">,
  code: "gateway.config" | "usage.invalid",
): void {
  if (!isRemoteMode(config)) return;
  throw new OpenclawError((t) => t.config.remote.notRunHere(path), {
    code,
    hint: (t) => t.config.remote.backToLocal(commandLine(profile, "onboard --mode local")),
  });
}
