import type { Env } from "../core/context.ts";
import type { Paths } from "../core/paths.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { meantBind } from "./bind.ts";
import type { Config } from "./schema.ts";
import { type FileValues, findVariable } from "./variables.ts";

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** A value and the flag, variable or key it came from. */
export interface GivenValue {
  readonly value: string;
  readonly where: string;
}

/** Looks everywhere except in the login shell. */
export function fromVariable(name: string, files: FileValues, env: Env): GivenValue | undefined {
  const found = findVariable(name, files, env);
  const all = found === undefined ? [] : [found, ...found.hides];
  const values = all.map(({ value }) => value.reveal());
  const value = name === "OPENCLAW_GATEWAY_PORT" ? values.find((one) => !SERVICE_LINK.test(one)) : values[0];
  return value === undefined ? undefined : { value, where: name };
}

/**
 * @why Kubernetes sets `OPENCLAW_GATEWAY_PORT=tcp://10.0.0.1:18789` in every pod beside a Service `openclaw-gateway`, and Docker
 * did so for links: that address is no port of ours.
 * @source https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
 */
const SERVICE_LINK = /^(?:tcp|udp|sctp):\/\//;

export const LOOPBACK_HOST = "127.0.0.1";

/** The address of the metrics that need no token. */
export const metricsUrl = (port: number): string => `http://${LOOPBACK_HOST}:${port}/metrics`;

/**
 * The address to listen on: from flags, else variables, else the configuration. `auto` means loopback only, which is
 * what the published OpenClaw uses where possible.
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
  return fail({
    where: port.where,
    message: ({ core }) => core.invalidValue(shortened(port.value)),
    hint: ({ config }) => config.usePort,
  });
}

function hostFor({ value, where }: GivenValue, custom: string | undefined): Result<string> {
  if (value === "loopback" || value === "auto") return ok(LOOPBACK_HOST);
  if (value === "lan") return ok("0.0.0.0");
  const address = value === "custom" ? (custom ?? "") : value;
  if (isAddress(address)) return ok(address);
  if (value === "custom")
    return fail({
      where: "gateway.customBindHost",
      message: ({ config }) => config.notAddress,
      hint: ({ config }) => config.setAddress,
    });
  return fail({
    where,
    message: ({ core }) => core.invalidValue(shortened(value)),
    hint: meantBind(value) ?? (({ config }) => config.useBind),
  });
}

/** @why not Node's `isIP`: its module takes time to load, and lists and onboarding need nothing else of it. */
export const isAddress = (text: string): boolean =>
  IPV4.test(text) || (/^[\da-f:.]+(?:%[\w.~-]+)?$/i.test(text) && URL.canParse(`http://[${text.replace(/%.*/, "")}]`));

const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

/** Also as IPv6 writes an IPv4 address, and as `URL` does. */
export const isLoopback = (host: string): boolean =>
  /^(?:(?:::ffff:)?127(?:\.\d+){3}|::ffff:7f[\da-f]{2}:[\da-f]+|(?:::|(?:0{1,4}:){7})0{0,3}1)(?:%.*)?$/i.test(host);

/** True for a host of a URL that is this machine. */
export const isThisMachine = (hostname: string): boolean =>
  hostname === "localhost" || isLoopback(hostname.replace(/^\[|\]$/g, ""));

export const portOf = ({ port, protocol }: URL): number => Number(port || (protocol === "https:" ? 443 : 80));

/** True if a provider's base URL leads to what listens at `port` of `hostname`, as URLs write it, or of `others`. */
export function leadsTo(
  baseUrl: string | undefined,
  { hostname, port }: { readonly hostname: string; readonly port: number },
  others?: ReadonlySet<string>,
): boolean {
  if (baseUrl === undefined || !URL.canParse(baseUrl)) return false;
  const url = new URL(baseUrl);
  const isHere = url.hostname === hostname || isThisMachine(url.hostname) || others?.has(url.hostname) === true;
  return isHere && portOf(url) === port;
}

/** Names without a dot are those of containers and machines nearby. @source RFC 6762, 8375 and 9476, ICANN's `.internal`. */
const LOCAL_NAME =
  /^[\w-]+$|\.(?:local|localhost|localdomain|lan|home|internal|intranet|private|svc|test|home\.arpa)\.?$/i;

/** As `URL` writes them. @source RFC 1122, 1918, 3927, 6598; 4193 and 4291. */
const LOCAL_ADDRESSES = [
  /^(?:0\.0\.0\.0|(?:127|10)\..*|192\.168\..*|169\.254\..*|172\.(?:1[6-9]|2\d|3[01])\..*)$/,
  /^100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\..*$/,
  /^\[(?:::1?|f[cd][\da-f]{2}:.*|fe[89ab][\da-f]:.*|::ffff:(?:7f[\da-f]{2}|a[\da-f]{2}|c0a8|ac1[\da-f]):.*)\]$/,
];

function isLocalHost(host: string): boolean {
  const isNumeric = /^\[|^[\d.]+$/.test(host);
  return isNumeric ? LOCAL_ADDRESSES.some((addresses) => addresses.test(host)) : LOCAL_NAME.test(host);
}

/** True for an address on this machine or its network. */
export const isLocalUrl = (url: string | undefined): boolean =>
  url !== undefined && URL.canParse(url) && isLocalHost(new URL(url).hostname);

/** @why a longer value may have been pasted by mistake. */
export const shortened = (value: string): string => value.slice(0, 40);

export const hostInUrl = (host: string): string => (host.includes(":") ? `[${host}]` : host);

/** The URL at which local clients reach a gateway that reads these files and starts with `env`. */
export function gatewayUrl(files: FileValues, env: Env, { defaultPort }: Pick<Paths, "defaultPort">): string {
  const given = (name: string) => fromVariable(name, files, env);
  const flags = { port: given("OPENCLAW_GATEWAY_PORT"), bind: given("OPENCLAW_GATEWAY_BIND") };
  const address = listenAddress(flags, files.config, defaultPort);
  // An invalid address is refused by the gateway itself.
  const { host, port } = address.ok ? address.value : { host: "", port: files.config.gateway?.port ?? defaultPort };
  return `http://${reachable(host)}:${port}`;
}

/** True if others can reach such a gateway, or if its address is invalid. */
export function isOpenToOthers(files: FileValues, env: Env, { defaultPort }: Pick<Paths, "defaultPort">): boolean {
  const address = listenAddress({ bind: fromVariable("OPENCLAW_GATEWAY_BIND", files, env) }, files.config, defaultPort);
  return !address.ok || !isLoopback(address.value.host);
}

/** A gateway listening on all interfaces is reached via loopback. */
function reachable(host: string): string {
  if (host === "" || host === "0.0.0.0") return LOOPBACK_HOST;
  if (host === "::") return "[::1]";
  return hostInUrl(host);
}

export const isPort = (text: string): boolean => /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;
