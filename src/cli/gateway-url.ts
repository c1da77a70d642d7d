import { type EnvironmentInput, valuesOf } from "../config/environment.ts";
import type { Env } from "../core/context.ts";
import type { Paths } from "../core/paths.ts";

/** Where clients on this machine find a gateway that is started with the environment `env`. */
export function gatewayUrl(files: EnvironmentInput, env: Env, { defaultPort }: Pick<Paths, "defaultPort">): string {
  const [asked] = valuesOf("OPENCLAW_GATEWAY_PORT", files, env);
  return `http://127.0.0.1:${asked?.value.reveal() ?? files.config.gateway?.port ?? defaultPort}`;
}
