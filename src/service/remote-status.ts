import { remoteToken, remoteTokenVariables } from "../config/credentials.ts";
import { inspectFiles, resolveVariables, withProxy } from "../config/resolve.ts";
import { isRemoteMode, usedGateway } from "../config/used-gateway.ts";
import { type Context, lookUp } from "../core/context.ts";
import type { Paths } from "../core/paths.ts";
import { withPlace } from "../core/result.ts";
import type { Message } from "../text/message.ts";
import type { Health } from "./health.ts";
import type { ServiceContext } from "./manager.ts";
import type { PageAddress } from "./page-access.ts";
import { type RemoteHealth, remoteHealth } from "./remote-health.ts";
import { remoteNotes, remoteProblems } from "./remote-problems.ts";
import type { CredentialSource, Rotation } from "./runtime.ts";

export interface RemoteView {
  /** As the configuration writes it. */
  readonly url: string;
  /** False if the configuration keeps it from being asked. */
  readonly isAsked: boolean;
  /** `undefined` if no gateway of ours answers. */
  readonly token: "known" | "unknown" | "needed" | "unneeded" | undefined;
}

/** What is to be said of the gateway that is used here, wherever it runs. */
export interface UsedGatewayStatus {
  /** True if it is running and can serve all requests. */
  readonly ok: boolean;
  readonly gateway: Health;
  /** Whom to ask for its state; absent if it is none that proved to be ours. */
  readonly page?: (PageAddress & Pick<Context, "http">) | undefined;
  /** If it runs on another machine. */
  readonly remote?: RemoteView;
  readonly credentials: readonly CredentialSource[];
  readonly rotation: readonly Rotation[];
  readonly problems: readonly Message[];
  /** Advice that does not affect `ok`. */
  readonly notes: readonly Message[];
}

/** What is to be said of the gateway elsewhere that this machine uses; `undefined` if it runs its own. */
export async function remoteStatus(
  paths: Paths,
  context: ServiceContext & Pick<Context, "http" | "randomBytes">,
): Promise<UsedGatewayStatus | undefined> {
  const { values } = await inspectFiles(paths, context);
  if (!isRemoteMode(values.config)) return undefined;
  const resolved = await resolveVariables({ gatewayToken: true }, values, context);
  const credentials = remoteTokenVariables(values.config).map((name) => {
    const found = resolved.variables.get(name);
    const isOnlyInShell = !found && Boolean(lookUp(name, context.env));
    return { of: "remote", name, ...(found && { source: found.source }), isOnlyInShell };
  });
  const used = usedGateway(values, context.env, paths);
  const token = await remoteToken(resolved, context);
  const common = { credentials, rotation: [], notes: resolved.warnings.map(withPlace) };
  const url = used.ok ? used.value.url : (values.config.gateway?.remote?.url ?? "");
  if (!used.ok || !token.ok) {
    const problems = [used, token].flatMap((one) => (one.ok ? [] : [withPlace(one.error)]));
    const gateway: Health = { url: used.ok ? url : "", answers: "nobody", isReady: false, problems: [] };
    return {
      ...common,
      ok: false,
      gateway,
      remote: { url: used.ok ? used.value.shown : "", isAsked: false, token: undefined },
      problems,
    };
  }
  const health = await remoteHealth({ url, token: token.value }, withProxy(values, context));
  const { shown } = used.value;
  const asking = withProxy(values, context);
  const gateway = asHealth(url, health);
  const problems = remoteProblems(shown, health, paths);
  return {
    ...common,
    ok: problems.length === 0,
    gateway,
    page: gateway.answers === "gateway" && gateway.isOwn ? { url, token: token.value, http: asking.http } : undefined,
    remote: { url: shown, isAsked: true, token: health.answers === "gateway" ? health.token : undefined },
    problems,
    notes: [...common.notes, ...remoteNotes(shown, health)],
  };
}

export function asHealth(url: string, health: RemoteHealth): Health {
  if (health.answers === "nobody") return { url, answers: "nobody", isReady: false, problems: [] };
  if (health.answers !== "gateway")
    return { url, answers: "other", isPublished: health.answers === "published", isReady: false, problems: [] };
  const { version, token, isReady, problems } = health;
  const isOwn = token === "known" || token === "unneeded";
  return { url, answers: "gateway", version, isOwn, isReady, problems };
}
