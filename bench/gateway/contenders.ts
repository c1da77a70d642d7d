import { type ChildProcess, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, openSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort, start, untilListening } from "./children.ts";
import { CLIENT_TOKEN, MODEL } from "./traffic.ts";

/** A program that runs between the clients and the upstream. */
export interface Contender {
  readonly port: number;
  /** Undefined for `direct`. */
  readonly child: ChildProcess | undefined;
  /** Further headers that its clients have to send. */
  readonly headers: Readonly<Record<string, string>>;
  /** Checks what it had to do for so many requests, and prepares it for more; resolves with the fault, if any. */
  readonly settle: (requests: number) => Promise<string | undefined>;
}

/** The folder and the upstream of a contender. */
export interface Place {
  /** An empty folder of its own. */
  readonly folder: string;
  readonly upstreamPort: number;
}

export interface ContenderKind {
  readonly name: string;
  readonly carriesStreams: boolean;
  /** Undefined when it is not installed. */
  readonly start: ((place: Place) => Promise<Contender>) | undefined;
}

const NOTHING_MORE = { headers: {}, settle: async () => undefined };

const direct = async ({ upstreamPort }: Place): Promise<Contender> => ({
  port: upstreamPort,
  child: undefined,
  ...NOTHING_MORE,
});

async function nginx({ folder, upstreamPort }: Place): Promise<Contender> {
  const port = await freePort();
  const config = join(folder, "nginx.conf");
  writeFileSync(config, nginxConfig(folder, port, upstreamPort));
  const child = start("nginx", ["-p", folder, "-c", config, "-e", join(folder, "error.log")], { core: "contender" });
  await untilListening(child, port);
  return { port, child, ...NOTHING_MORE };
}

/** Logs nothing and buffers no body: the least that a proxy can do. */
const nginxConfig = (folder: string, port: number, upstreamPort: number) => `
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
events { worker_connections 8192; }
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  client_max_body_size 64m;
  keepalive_requests 100000000;
  upstream mock {
    server 127.0.0.1:${upstreamPort};
    keepalive 1024;
    keepalive_requests 100000000;
  }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://mock;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
      proxy_request_buffering off;
      proxy_read_timeout 600s;
    }
  }
}
`;

async function bare({ upstreamPort }: Place): Promise<Contender> {
  const port = await freePort();
  const file = fileURLToPath(new URL("./bare.mjs", import.meta.url));
  const args = [file, `http://127.0.0.1:${upstreamPort}`, String(port)];
  const child = start(process.execPath, args, { core: "contender" });
  await untilListening(child, port);
  return { port, child, ...NOTHING_MORE };
}

/** Kept between runs; not a dependency of the project. */
const PORTKEY_FOLDER = resolve("node_modules", ".cache", "portkey");
const PORTKEY = "@portkey-ai/gateway@1.15.2";
const PORTKEY_PROGRAM = join(PORTKEY_FOLDER, "node_modules", "@portkey-ai", "gateway", "build", "start-server.js");

function isPortkeyThere(): boolean {
  if (existsSync(PORTKEY_PROGRAM)) return true;
  mkdirSync(PORTKEY_FOLDER, { recursive: true });
  const args = ["install", "--prefix", PORTKEY_FOLDER, "--ignore-scripts", "--no-audit", "--no-fund", PORTKEY];
  return spawnSync("npm", args, { stdio: "ignore" }).status === 0;
}

async function portkey({ folder, upstreamPort }: Place): Promise<Contender> {
  const port = await freePort();
  const args = [PORTKEY_PROGRAM, `--port=${port}`, "--headless"];
  const env = { ...environment(folder), NODE_ENV: "production" };
  // It logs a complaint for every stream.
  const stdio = "ignore";
  const child = start(process.execPath, args, { core: "contender", cwd: dirname(PORTKEY_PROGRAM), env, stdio });
  await untilListening(child, port);
  const headers = {
    "x-portkey-provider": "anthropic",
    "x-portkey-custom-host": `http://127.0.0.1:${upstreamPort}/v1`,
    "x-portkey-forward-headers": "x-bench-wanted",
  };
  return { ...NOTHING_MORE, port, child, headers };
}

const PROGRAM = resolve("bin", "openclaw.cjs");
/** An `openclaw.cjs` built from other sources, to compare a change with the build before it. */
const BEFORE = process.env.OPENCLAW_BENCH_BEFORE;

/** The built program, as a user starts it: with all its rules, the token, and the log in a file. */
export async function openclaw(
  { folder, upstreamPort }: Place,
  { program = PROGRAM, nodeOptions = [] }: { readonly program?: string; readonly nodeOptions?: readonly string[] } = {},
): Promise<Contender & { readonly log: string }> {
  const port = await freePort();
  const settings = join(folder, ".openclaw");
  mkdirSync(settings);
  writeFileSync(join(settings, "openclaw.json"), JSON.stringify(configAt(upstreamPort)), { mode: 0o600 });
  writeFileSync(join(settings, ".env"), SECRETS, { mode: 0o600 });
  const log = join(folder, "gateway.log");
  const child = start(process.execPath, [...nodeOptions, program, "gateway", "run", "--port", String(port)], {
    core: "contender",
    cwd: folder,
    env: environment(folder),
    stdio: ["ignore", openSync(log, "a"), "inherit"],
  });
  await untilListening(child, port);
  await settled(log);
  truncateSync(log);
  return { ...NOTHING_MORE, port, child, log, settle: (requests) => holdToLog(log, requests) };
}

const configAt = (upstreamPort: number) => ({
  models: {
    providers: {
      "cloudflare-ai-gateway": {
        baseUrl: `http://127.0.0.1:${upstreamPort}`,
        api: "anthropic-messages",
        apiKey: "${CLOUDFLARE_AI_GATEWAY_API_KEY}",
        headers: { "cf-aig-authorization": "Bearer ${CF_AIG_TOKEN}" },
      },
    },
  },
  agents: { defaults: { model: { primary: `cloudflare-ai-gateway/${MODEL}` } } },
  gateway: { auth: { mode: "token", token: "${OPENCLAW_GATEWAY_TOKEN}" } },
});

const SECRETS = `CLOUDFLARE_AI_GATEWAY_API_KEY=sk-ant-api03-not-a-key-not-a-key-not-a-key-1234
CF_AIG_TOKEN=cfut_not-a-token-not-a-token-not-a-token-1234
OPENCLAW_GATEWAY_TOKEN=${CLIENT_TOKEN}
`;

/** Checks that the log has one line for each request. */
async function holdToLog(log: string, requests: number): Promise<string | undefined> {
  const text = await settled(log);
  const lines = text.split("\n").length - 1;
  truncateSync(log);
  return lines === requests ? undefined : `${lines} lines in the log for ${requests} requests`;
}

/** @why the gateway writes its lines a moment later. */
const LOG_WAIT_MS = 100;

async function settled(log: string): Promise<string> {
  await new Promise((resolve) => setTimeout(resolve, LOG_WAIT_MS));
  return readFileSync(log, "latin1");
}

/** Nothing of the developer's environment, as in bench/startup.ts. */
const environment = (home: string) => ({ HOME: home, PATH: process.env.PATH ?? "" });

/** All contenders, in the order of the table; ours is the last. */
export const contenderKinds = (): readonly ContenderKind[] => [
  { name: "direct", carriesStreams: true, start: direct },
  { name: "nginx", carriesStreams: true, start: spawnSync("nginx", ["-v"]).status === 0 ? nginx : undefined },
  // It answers requests for a stream with 500.
  { name: "portkey", carriesStreams: false, start: isPortkeyThere() ? portkey : undefined },
  { name: "bare", carriesStreams: true, start: bare },
  ...(BEFORE === undefined
    ? []
    : [{ name: "before", carriesStreams: true, start: (place: Place) => openclaw(place, { program: BEFORE }) }]),
  { name: "openclaw", carriesStreams: true, start: openclaw },
];
