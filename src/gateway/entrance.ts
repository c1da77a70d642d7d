import { isIP } from "node:net";
import type { Config } from "../config/schema.ts";
import { fail, ok, type Problem, type Result } from "../core/result.ts";
import type { Secret } from "../core/secret.ts";
import { accessByToken } from "./access.ts";
import type { Access } from "./settings.ts";

/** Where the gateway takes connections. */
export interface Entrance {
  /** An address. */
  readonly host: string;
  readonly port: number;
}

/** What was asked for, and where: a flag or a variable. */
export interface Asked {
  readonly value: string;
  readonly where: string;
}

const LOOPBACK_HOST = "127.0.0.1";

/** Whether only programs of this machine get there. */
export const isLoopback = (host: string): boolean => host === "::1" || /^127\./.test(host);

/**
 * Where to take connections: what was asked for, else what the configuration says. `auto` is this machine alone, as the
 * published OpenClaw has it where that is possible.
 */
export function entranceFor(
  { port, bind }: { readonly port?: Asked | undefined; readonly bind?: Asked | undefined },
  { gateway }: Pick<Config, "gateway">,
  defaultPort: number,
): Result<Entrance> {
  const host = hostFor(bind ?? { value: gateway?.bind ?? "loopback", where: "gateway.bind" }, gateway?.customBindHost);
  if (!host.ok) return host;
  if (port === undefined) return ok({ host: host.value, port: gateway?.port ?? defaultPort });
  const number = Number(port.value);
  if (/^\d{1,5}$/.test(port.value) && number <= 65_535) return ok({ host: host.value, port: number });
  return fail({ where: port.where, message: "This is no port: a whole number from 1 to 65535." });
}

function hostFor({ value, where }: Asked, custom: string | undefined): Result<string> {
  if (value === "loopback" || value === "auto") return ok(LOOPBACK_HOST);
  if (value === "lan") return ok("0.0.0.0");
  const address = value === "custom" ? (custom ?? "") : value;
  if (isIP(address) !== 0) return ok(address);
  if (value === "custom") return fail({ where: "gateway.customBindHost", message: "This has to be an address." });
  const hint = "It takes loopback, lan, or an address of this machine.";
  return fail({ where, message: `'${value.slice(0, 40)}' is not served.`, hint });
}

/** Who may come in there. `token` is what clients have to present, if the configuration has it. */
export function accessFor(
  { host }: Pick<Entrance, "host">,
  { gateway }: Pick<Config, "gateway">,
  token: Result<Secret | undefined, readonly Problem[]>,
): Result<Access, readonly Problem[]> {
  const { mode = "token" } = gateway?.auth ?? {};
  const refuse = (message: string, hint: string) => fail([{ where: "gateway.auth", message, hint }]);
  if (mode === "none") {
    if (isLoopback(host)) return ok({ mode: "none" });
    return refuse(`Others than this machine get to ${host}, where nobody may do without a token.`, SET_TOKEN);
  }
  if (mode === "trusted-proxy") return refuse("The mode 'trusted-proxy' is not served.", SET_TOKEN);
  if (!token.ok) return token;
  if (!token.value?.reveal()) return refuse("There is no token for clients to present.", SET_TOKEN);
  return ok(accessByToken(token.value));
}

const SET_TOKEN =
  'Set gateway.auth to { mode: "token", token: "${OPENCLAW_GATEWAY_TOKEN}" }, as `openclaw onboard` does.';
