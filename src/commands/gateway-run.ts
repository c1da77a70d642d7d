import type { Command } from "commander";
import type { Context, Env } from "../core/context.ts";
import type { GatewayRunFlags } from "../gateway/run-flags.ts";
import { type Endpoint, endpointsOf } from "../providers/provider.ts";
import { hanging } from "../terminal/layout.ts";
import { loadPaint, wantsColour } from "../terminal/paint.ts";
import { LANGUAGE_TAGS, loadRooms, loadTexts } from "../text/language.ts";
import { several } from "./given-flags.ts";
import type { Invocation } from "./invocation.ts";
import { levelPaint } from "./level-paint.ts";

export function defineRun(command: Command, invocation: Invocation): void {
  const text = invocation.context.text.service.commands.run;
  command
    .option("--port <port>", text.portFlag)
    .option("--bind <where>", text.bindFlag)
    .option("--strip-prefill <when>", text.stripPrefillFlag)
    .option("--upstream-timeout <time>", text.upstreamTimeoutFlag)
    .option("--client-metadata <on|off>", text.clientMetadataFlag)
    .option("--workers <number|auto>", text.workersFlag)
    .option("--usage <days>", text.usageFlag)
    .option("--metrics-port <port>", text.metricsPortFlag)
    .option("--allow-host <name>", text.allowHostFlag, several)
    .option("--allow-origin <origin>", text.allowOriginFlag, several)
    .action(async (flags: GatewayRunFlags) => {
      const { createTransport, TIMEOUTS } = await import("../http/upstream-transport.ts");
      const { context, about, paths, providers } = invocation;
      const english = await loadTexts("en");
      loadRooms(english);
      loadRooms(context.text);
      const endpoints = endpointsOf(await providers());
      const options = {
        paths: paths(),
        about,
        endpoints,
        english,
        loadRest: () => loadRest(endpoints, context),
        fitted: hanging,
        isColoured: wantsColour(context.terminal.stdout, context),
        loadLogPaint: async () => levelPaint(await loadPaint(true)),
        createTransport: (proxyVariables: Env, upstreamTimeoutMs: number) =>
          createTransport({ ...TIMEOUTS, firstByteMs: upstreamTimeoutMs, idleMs: upstreamTimeoutMs }, proxyVariables),
      };
      const primary = await context.primary();
      if (primary === undefined) {
        const { runGateway } = await import("../server/gateway-process.ts");
        await runGateway(flags, options, context);
      } else {
        const { runWorkerProcess } = await import("../server/worker-process.ts");
        await runWorkerProcess(primary, options, context);
      }
    });
}

/**
 * Loads what a running gateway needs now and then only: to read a changed configuration, to diagnose a failure, to show
 * metrics and the page. Never rejects: a module that is missing fails where it is used.
 * @why an update by npm replaces the files of a gateway that runs.
 */
async function loadRest(endpoints: readonly Endpoint[], context: Pick<Context, "loadRest">): Promise<void> {
  const languages = LANGUAGE_TAGS.map(async (language) => loadRooms(await loadTexts(language)));
  const modules = [
    import("../config/json5-parse.ts"),
    import("../config/json5-document.ts"),
    import("../config/secret-reference.ts"),
    import("../server/metrics-text.ts"),
  ];
  const ofProviders = endpoints.flatMap((endpoint) => [endpoint.checks(), endpoint.prices?.()]);
  await Promise.allSettled([...languages, ...modules, ...ofProviders, context.loadRest()]);
}
