import { type FileValues, findVariable } from "../config/variables.ts";
import type { Env, VariableName } from "../core/context.ts";
import type { Paths } from "../core/paths.ts";
import { type Asked, entranceFor } from "../gateway/entrance.ts";

/** What a variable asks for, wherever it is set but in the login shell. */
export function askedBy(name: VariableName, files: FileValues, env: Env): Asked | undefined {
  const found = findVariable(name, files, env);
  return found && { value: found.value.reveal(), where: name };
}

/** An address as it stands in a URL. */
export const hostInUrl = (host: string): string => (host.includes(":") ? `[${host}]` : host);

/** Where clients on this machine find a gateway that reads these files and is started with the environment `env`. */
export function gatewayUrl(files: FileValues, env: Env, { defaultPort }: Pick<Paths, "defaultPort">): string {
  const asked = (name: VariableName) => askedBy(name, files, env);
  const wanted = { port: asked("OPENCLAW_GATEWAY_PORT"), bind: asked("OPENCLAW_GATEWAY_BIND") };
  const entrance = entranceFor(wanted, files.config, defaultPort);
  // One that cannot be had is the gateway's to refuse.
  const { host, port } = entrance.ok ? entrance.value : { host: "", port: files.config.gateway?.port ?? defaultPort };
  return `http://${reachable(host)}:${port}`;
}

/** One that takes connections at every address of this machine is found at the nearest. */
function reachable(host: string): string {
  if (host === "" || host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return hostInUrl(host);
}
