import { hostInUrl, type ListenAddress } from "../config/listen-address.ts";
import type { Context } from "../core/context.ts";
import { OpenclawError, systemCode } from "../core/errors.ts";
import { commandLine, type Paths } from "../core/paths.ts";
import { type Message, say } from "../text/message.ts";
import { findPortHolder } from "./port-holder.ts";

/** The flag that names the port. */
export type PortFlag = "--port" | "--metrics-port";

/** The error for a port at which the system refuses to listen: `gateway.listen`, or `cause` if only its code tells why. */
export async function listenFailure(
  cause: unknown,
  { host, port }: ListenAddress,
  flag: PortFlag,
  { profile }: Pick<Paths, "profile">,
  context: Pick<Context, "files" | "http">,
): Promise<unknown> {
  const [reason, hint] = (await reasonOf(systemCode(cause), { port, flag, profile }, context)) ?? [];
  if (reason === undefined || hint === undefined) return cause;
  const address = `${hostInUrl(host)}:${port}`;
  return new OpenclawError((text) => text.server.cannotListen({ address, reason: say(reason, text) }), {
    code: "gateway.listen",
    hint,
    cause,
  });
}

/** Why, and what to do; `undefined` if only the error code tells. */
async function reasonOf(
  code: string | undefined,
  { port, flag, profile }: { readonly port: number; readonly flag: PortFlag; readonly profile: string | undefined },
  context: Pick<Context, "files" | "http">,
): Promise<readonly [reason: Message, hint: Message] | undefined> {
  if (code === "EACCES") return [({ server }) => server.systemPort, ({ server }) => server.choosePort(flag)];
  if (code === "EADDRNOTAVAIL") return [({ server }) => server.noSuchAddress, ({ server }) => server.chooseAddress];
  if (code !== "EADDRINUSE") return undefined;
  const holder = await findPortHolder(port, context);
  const command = commandLine(profile, `gateway run --port ${port + 1}`);
  const isPublished = holder?.isPublished === true && flag === "--port";
  const hint: Message = ({ server }) => (isPublished ? server.besidePublished(command) : server.freePort(flag));
  return [({ server }) => server.portTaken(holder), hint];
}
