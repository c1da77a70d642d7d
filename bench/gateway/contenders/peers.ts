/** Gateways of others, from npm: kept between runs, and no dependencies of the project. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { freePort, start, untilListening } from "../children.ts";
import { CLIENT_TOKEN, MODEL } from "../traffic.ts";
import { type ContenderKind, environment, NOTHING_MORE } from "./contender.ts";

const CACHE = resolve("node_modules", ".cache");

/** Fetches a package unless its program is there already. */
function isFetched(folder: string, wanted: string, program: string): boolean {
  if (existsSync(program)) return true;
  mkdirSync(folder, { recursive: true });
  const args = ["install", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund", wanted];
  return spawnSync("npm", args, { stdio: "ignore" }).status === 0;
}

const PORTKEY_FOLDER = join(CACHE, "portkey");
const PORTKEY_PROGRAM = join(PORTKEY_FOLDER, "node_modules", "@portkey-ai", "gateway", "build", "start-server.js");

export const PORTKEY: ContenderKind = {
  name: "portkey",
  // It answers requests for a stream with 500.
  carriesStreams: false,
  spreads: false,
  isInstalled: () => isFetched(PORTKEY_FOLDER, "@portkey-ai/gateway@1.15.2", PORTKEY_PROGRAM),
  start: async ({ folder, upstreamPort, core }) => {
    const port = await freePort();
    const args = [PORTKEY_PROGRAM, `--port=${port}`, "--headless"];
    const env = { ...environment(folder), NODE_ENV: "production" };
    // It logs a complaint for every stream.
    const stdio = "ignore";
    const child = start(process.execPath, args, { core, cwd: dirname(PORTKEY_PROGRAM), env, stdio });
    await untilListening(child, port);
    const headers = {
      "x-portkey-provider": "anthropic",
      "x-portkey-custom-host": `http://127.0.0.1:${upstreamPort}/v1`,
      "x-portkey-forward-headers": "x-bench-wanted",
    };
    return { ...NOTHING_MORE, port, child, headers };
  },
};

const ROUTER_FOLDER = join(CACHE, "claude-code-router");
const ROUTER_PROGRAM = join(ROUTER_FOLDER, "node_modules", "@musistudio", "claude-code-router", "dist", "cli.js");
/** @why it can reach hosts that its configuration does not name. */
const ONLY_LOOPBACK = pathToFileURL(resolve("test", "clients", "only-loopback.mjs")).href;

export const ROUTER: ContenderKind = {
  name: "ccr",
  carriesStreams: true,
  // It counts the tokens of every body, which takes two seconds for 5 MB.
  largestBytes: 1024 * 1024,
  spreads: false,
  // The newest that runs on Node 20; 3.1.1 wants Node 22.
  isInstalled: () => isFetched(ROUTER_FOLDER, "@musistudio/claude-code-router@2.0.0", ROUTER_PROGRAM),
  start: async ({ folder, upstreamPort, core }) => {
    const port = await freePort();
    const settings = join(folder, ".claude-code-router");
    mkdirSync(settings);
    writeFileSync(join(settings, "config.json"), JSON.stringify(routerConfig(port, upstreamPort)), { mode: 0o600 });
    const tried = join(folder, "tried-hosts");
    writeFileSync(tried, "");
    const env = { ...environment(folder), NODE_ENV: "production", TRIED_HOSTS: tried };
    const args = ["--import", ONLY_LOOPBACK, ROUTER_PROGRAM, "start"];
    const child = start(process.execPath, args, { core, cwd: folder, env, stdio: "ignore" });
    await untilListening(child, port);
    const settle = async () => {
      const hosts = readFileSync(tried, "utf8");
      return hosts === "" ? undefined : `tried to reach ${[...new Set(hosts.trim().split("\n"))].join(", ")}`;
    };
    return { port, child, headers: {}, settle };
  },
};

/** Sends everything to the upstream, in Anthropic's protocol as it came, and logs nothing. */
const routerConfig = (port: number, upstreamPort: number) => ({
  HOST: "127.0.0.1",
  PORT: port,
  APIKEY: CLIENT_TOKEN,
  LOG: false,
  NON_INTERACTIVE_MODE: true,
  Providers: [
    {
      name: "mock",
      api_base_url: `http://127.0.0.1:${upstreamPort}/v1/messages`,
      api_key: "not-a-key",
      models: [MODEL],
      transformer: { use: ["Anthropic"] },
    },
  ],
  Router: { default: `mock,${MODEL}` },
});
