import type { Command } from "commander";
import type { Env } from "../core/context.ts";
import type { GatewayFlags } from "../server/gateway-setup.ts";
import type { Run } from "./run.ts";

/** Adds `gateway run`. */
export function defineRun(gateway: Command, run: Run): void {
  gateway
    .command("run")
    .summary("serve until told to stop")
    .description(
      "Take requests of Anthropic's clients on this machine and send them through the gateway that is set up. SIGTERM or Ctrl-C ends it when the running requests are done; SIGHUP has the configuration read again, as does a change of it.",
    )
    .option("--port <port>", "take connections at this port; 0 is any free one")
    .option("--bind <where>", "loopback, lan, or an address of this machine")
    .option(
      "--strip-prefill <when>",
      "remove trailing assistant turns: 'thinking' (with thinking on) or 'unsupported' (also for models that refuse them)",
    )
    .option("--allow-host <name>", "answer to this name in the Host header; may be given several times", several)
    .option("--allow-origin <origin>", "take requests from this web page; may be given several times", several)
    .action(async (flags: GatewayFlags) => {
      const [{ runGateway }, { createTransport, TIMEOUTS }] = await Promise.all([
        import("../server/gateway-process.ts"),
        import("../http/upstream-transport.ts"),
      ]);
      const { context, about, paths } = run;
      const host = { paths: paths(), about, createTransport: (proxy: Env) => createTransport(TIMEOUTS, proxy) };
      await runGateway(flags, host, context);
    });
}

const several = (value: string, before: readonly string[] = []) => [...before, value];
