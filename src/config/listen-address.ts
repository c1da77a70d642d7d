import { isIP } from "node:net";
import type { Env } from "../core/context.ts";
import type { Paths } from "../core/paths.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { Config } from "./schema.ts";
import { type FileValues, findVariable } from "./variables.ts";

/** The address that the local gateway takes connections at. */
export interface ListenAddress {
  /** An IP address. */
  readonly host: string;
  readonly port: number;
}

/** A value, and the flag, variable or key that gives it. */
export interface GivenValue {
  readonly value: string;
  readonly where: string;
}

/** The value of a variable, wherever it is set but in the login shell. */
export function fromVariable(name: string, files: FileValues, env: Env): GivenValue | undefined {
  const found = findVariable(name, files, env);
  return found && { value: found.value.reveal(), where: name };
}

const LOOPBACK_HOST = "127.0.0.1";

/**
 * The address to listen at: what the flags or variables say, else the configuration. `auto` is this machine alone, as the
 * published OpenClaw has it where that is possible.
 */
export function listenAddress(
  { port, bind }: { readonly port?: GivenValue | undefined; readonly bind?: GivenValue | undefined },
  { gateway }: Pick<Config, "gateway">,
  defaultPort: number,
): Result<ListenAddress> {
  const host = hostFor(bind ?? { value: gateway?.bind ?? "loopback", where: "gateway.bind" }, gateway?.customBindHost);
  if (!host.ok) return host;
  if (port === undefined) return ok({ host: host.value, port: gateway?.port ?? defaultPort });
  const number = Number(port.value);
  if (/^\d{1,5}$/.test(port.value) && number <= 65_535) return ok({ host: host.value, port: number });
  return fail({ where: port.where, message: ({ config }) => config.notPort(shortened(port.value)) });
}

function hostFor({ value, where }: GivenValue, custom: string | undefined): Result<string> {
  if (value === "loopback" || value === "auto") return ok(LOOPBACK_HOST);
  if (value === "lan") return ok("0.0.0.0");
  const address = value === "custom" ? (custom ?? "") : value;
  if (isIP(address) !== 0) return ok(address);
  if (value === "custom") return fail({ where: "gateway.customBindHost", message: ({ config }) => config.notAddress });
  return fail({
    where,
    message: ({ config }) => config.notBind(shortened(value)),
    hint: ({ config }) => config.useBind,
  });
}

/** @why a longer value may be something pasted by mistake. */
export const shortened = (value: string): string => value.slice(0, 40);

/** An address as it stands in a URL. */
export const hostInUrl = (host: string): string => (host.includes(":") ? `[${host}]` : host);

/** The URL at which clients on this machine find a gateway that reads these files and starts with the environment `env`. */
export function gatewayUrl(files: FileValues, env: Env, { defaultPort }: Pick<Paths, "defaultPort">): string {
  const given = (name: string) => fromVariable(name, files, env);
  const flags = { port: given("OPENCLAW_GATEWAY_PORT"), bind: given("OPENCLAW_GATEWAY_BIND") };
  const address = listenAddress(flags, files.config, defaultPort);
  // The gateway itself refuses one that is not valid.
  const { host, port } = address.ok ? address.value : { host: "", port: files.config.gateway?.port ?? defaultPort };
  return `http://${reachable(host)}:${port}`;
}

/** A gateway that listens at every address of this machine is reached at the nearest. */
function reachable(host: string): string {
  if (host === "" || host === "0.0.0.0") return LOOPBACK_HOST;
  if (host === "::") return "[::1]";
  return hostInUrl(host);
}
