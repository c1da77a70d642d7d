import type { Context } from "../core/context.ts";
import { commandLine, type Paths } from "../core/paths.ts";
import { problemText } from "../core/result.ts";
import type { GatewayUse } from "../service/credential-use.ts";
import { ownerOf } from "../service/install.ts";
import type { ServiceManager } from "../service/manager.ts";
import type { Message } from "../text/message.ts";

/** True if the gateway that answers is run by the service of this profile. */
export const isService = (manager: ServiceManager | undefined, context: Pick<Context, "files">): boolean =>
  manager !== undefined && ownerOf(manager.file, context) === "openclaw";

/** Sentences about a running gateway after a credential is gone. */
export function useMessages(
  gateway: GatewayUse | undefined,
  paths: Paths,
  manager: ServiceManager | undefined,
  context: Pick<Context, "files">,
): readonly Message[] {
  if (gateway === undefined || gateway.use === "none") return [];
  const { url, pid } = gateway.health;
  if (gateway.use === "current") return [(t) => t.reset.gatewayDropped(url)];
  const stop = stopMessage(pid, paths, manager, context);
  const says: Message = (t) => (gateway.use === "old" ? t.reset.gatewayStillOld : t.reset.gatewayUnknown)({ url, pid });
  return [(t) => problemText({ message: says, hint: stop }, t)];
}

/** The way to stop a gateway, by its service or by hand. */
export function stopMessage(
  pid: number | undefined,
  { profile }: Paths,
  manager: ServiceManager | undefined,
  context: Pick<Context, "files">,
): Message {
  const command = commandLine(profile, "gateway stop");
  return isService(manager, context) ? (t) => t.reset.stopIt(command) : (t) => t.reset.stopProcess(pid);
}

export const useJson = (gateway: GatewayUse | undefined) =>
  gateway === undefined
    ? null
    : {
        url: gateway.health.url,
        answers: gateway.health.answers,
        ...(gateway.health.pid !== undefined && { pid: gateway.health.pid }),
        uses: gateway.use,
      };
