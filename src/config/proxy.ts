import type { Context, Env } from "../core/context.ts";
import type { HttpRequest } from "../core/http.ts";
import { type EnvironmentInput, valuesOf } from "./environment.ts";

/** The variables that name a proxy, and the hosts that need none, in both spellings that programs read. */
export const PROXY_VARIABLES = ["HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"].flatMap((name) => [name, name.toLowerCase()]);

/** The same with their values, wherever these are set. */
export const proxyVariables = (known: EnvironmentInput, env: Env): Env =>
  Object.fromEntries(PROXY_VARIABLES.map((name) => [name, valuesOf(name, known, env)[0]?.value.reveal()]));

/**
 * The same world, in which requests also go through a proxy that only `.env` or the configuration names. @why nothing is
 * copied: what is asked for there, such as a working folder, need not exist.
 */
export const withProxy = <World extends Pick<Context, "http" | "env">>(
  known: EnvironmentInput,
  context: World,
): World =>
  Object.create(context, {
    http: {
      value: (request: HttpRequest) => context.http({ proxyVariables: proxyVariables(known, context.env), ...request }),
    },
  });
