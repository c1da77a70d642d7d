import type { Command } from "commander";
import { inspectFiles, withProxy } from "../config/resolve.ts";
import { usedGateway } from "../config/used-gateway.ts";
import type { Context } from "../core/context.ts";
import { EXIT, OpenclawError } from "../core/errors.ts";
import { jsonDocument } from "../core/json.ts";
import type { Paths } from "../core/paths.ts";
import { checkHealth, type Health } from "../service/health.ts";
import { gatewayFact } from "./gateway-fact.ts";
import type { Invocation } from "./invocation.ts";

interface HealthFlags {
  readonly ready?: boolean;
  readonly json?: boolean;
}

export const defineHealth = (command: Command, invocation: Invocation): void =>
  void command
    .option("--ready", invocation.context.text.service.commands.health.readyFlag)
    .option("--json", invocation.context.text.commands.jsonFlag)
    .action((flags: HealthFlags) => health(flags, invocation));

async function health({ ready = false, json }: HealthFlags, { context, paths, shown, endWith }: Invocation) {
  const found = await askGateway(paths(), context);
  const ok = found.answers === "gateway" && (found.isReady || !ready);
  const { url, answers, isPublished, version, pid, startedAt, isReady } = found;
  context.out(
    json
      ? jsonDocument({
          ok,
          answers,
          ...(isPublished && { published: true }),
          url,
          version,
          pid,
          startedAt,
          ready: isReady,
        })
      : `${shown.text(gatewayFact(found, context.text))}\n`,
  );
  if (!ok) endWith(EXIT.failed);
}

/**
 * Resolves no credential and proves nothing: whoever asks every few seconds shall not start programs of secret references.
 * Throws `usage.invalid` for a remote gateway without a usable address.
 */
async function askGateway(paths: Paths, context: Context): Promise<Health> {
  const { values } = await inspectFiles(paths, context);
  const used = usedGateway(values, context.env, paths);
  if (!used.ok) {
    const { message, hint } = used.error;
    throw new OpenclawError(message, { code: "usage.invalid", ...(hint !== undefined && { hint }) });
  }
  const { isRemote, url } = used.value;
  const address = { url, token: undefined };
  if (!isRemote) {
    // Without a token it does not say whose it is, and nobody asks.
    const { isOwn: _, ...health } = await checkHealth(address, context);
    return health;
  }
  const [{ remoteHealth }, { asHealth }] = await Promise.all([
    import("../service/remote-health.ts"),
    import("../service/remote-status.ts"),
  ]);
  return asHealth(url, await remoteHealth(address, withProxy(values, context)));
}
