import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, onTestFinished } from "vitest";
import {
  CANARY_CLIENT_TOKEN,
  type GatewayProcess,
  startGatewayProcess,
  writeHome,
} from "../support/gateway-process.ts";
import { CANARY_KEY, type Finished, PATH_TO_PROGRAM, temporaryHome } from "../support/program.ts";
import { startRefusingProxy } from "./refusing-proxy.ts";
import { startUpstream, type Upstream } from "./upstream.ts";

const CANARY_OPENAI_KEY = "sk-proj-CANARYopenaiCANARYopenaiCANARYopenaiCANARY";

const OURS = "cloudflare-ai-gateway";

export interface Run extends Finished {
  /** Both streams. */
  readonly printed: string;
}

interface RunInput {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** A project of the user's unless told otherwise. */
  readonly cwd?: string;
  /** Called with everything printed so far. */
  readonly onOutput?: (printed: string) => void;
}

/** One client's machine: its home, a running gateway before the stand-in upstream, and no way anywhere else. */
export interface World {
  readonly home: string;
  /** The environment of its clients. */
  readonly env: Readonly<Record<string, string>>;
  readonly upstream: Upstream;
  readonly gateway: GatewayProcess;
  /** Everything that the client tried to reach besides. */
  readonly tried: () => readonly string[];
  /** Runs a client in its home until it has ended. */
  readonly run: (input: RunInput) => Promise<Run>;
  /** Writes a file of the client's, below its home. */
  readonly write: (path: string, content: string) => void;
  /** What `gateway env` prints for that client and a real Bash makes of it, and nothing else of the environment. */
  readonly printedVariables: (client: string) => Promise<Readonly<Record<string, string>>>;
  /** Puts what `gateway env` prints into the file that it names, and returns the variables that it names besides. */
  readonly setUp: (client: string) => Promise<Readonly<Record<string, string>>>;
  /** Runs our own program, and returns what it printed. */
  readonly program: (...args: readonly string[]) => Promise<string>;
  /** Checks what the upstream received: these paths among others, the right key each time, and the local token never. */
  readonly assertReceived: (...paths: readonly string[]) => void;
}

export async function startWorld(): Promise<World> {
  const home = temporaryHome();
  const upstream = await startUpstream();
  onTestFinished(() => upstream.close());
  const proxy = await startRefusingProxy();
  onTestFinished(() => proxy.close());
  writeHome(home, configuration(upstream.base), {
    OPENCLAW_GATEWAY_TOKEN: CANARY_CLIENT_TOKEN,
    CLOUDFLARE_AI_GATEWAY_API_KEY: CANARY_KEY,
    OPENAI_API_KEY: CANARY_OPENAI_KEY,
  });
  const gateway = await startGatewayProcess({ home });
  const port = new URL(gateway.url).port;
  const triedFile = join(home, "tried-hosts");
  const proxies = Object.fromEntries(
    ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"].map((name) => [name, proxy.url]),
  );
  const base = {
    HOME: home,
    PATH: `${PATH_TO_PROGRAM}:${process.env.PATH}`,
    OPENCLAW_GATEWAY_PORT: port,
    TERM: "dumb",
    ...proxies,
    NO_PROXY: "127.0.0.1,localhost",
    no_proxy: "127.0.0.1,localhost",
    NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, "only-loopback.mjs")).href}`,
    TRIED_HOSTS: triedFile,
  };
  const run: World["run"] = (input) =>
    runClient(input, { cwd: input.cwd ?? folderOf(home), env: { ...base, ...input.env } });
  const write: World["write"] = (path, content) => {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), content);
  };
  const printed = async (client: string) => {
    const args = ["gateway", "env", "--shell", "bash", "--client", client];
    const { status, stdout, stderr } = await run({ command: "openclaw", args });
    expect({ status, stderr }).toEqual({ status: 0, stderr: expect.not.stringMatching(/error|warn/i) });
    expect(stdout + stderr).not.toContain(CANARY_CLIENT_TOKEN);
    return { stdout, stderr };
  };
  /** What a real Bash has in its environment after these lines, and not before. */
  const variablesAfter = async (lines: string) => {
    const script = `set -e; env -0; echo; ${lines}\nenv -0`;
    const { status, stdout, stderr } = await run({ command: "bash", args: ["-c", script] });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const [before = "", after = ""] = stdout.split("\0\n");
    const known = new Set(before.split("\0"));
    const added = after.split("\0").filter((line) => line !== "" && !known.has(line));
    return Object.fromEntries(added.map((line) => line.split(/=(.*)/s, 2) as [string, string]));
  };
  return {
    home,
    env: base,
    upstream,
    gateway,
    tried: () => {
      const direct = existsSync(triedFile) ? readFileSync(triedFile, "utf8").split("\n") : [];
      return [...new Set([...proxy.tried, ...direct])].filter((host) => host !== "").sort();
    },
    run,
    write,
    printedVariables: async (client) => variablesAfter((await printed(client)).stdout),
    setUp: async (client) => {
      const { stdout, stderr } = await printed(client);
      const [, place = ""] = /~\/(\S+), which/.exec(stderr) ?? [];
      write(place, stdout);
      const commands = [...stderr.matchAll(/`(export [^`]+)`/g)].map(([, command]) => command);
      return variablesAfter(commands.join("\n"));
    },
    program: async (...args) => {
      const { status, stdout, stderr } = await run({ command: "openclaw", args });
      expect({ status, stderr }).toEqual({ status: 0, stderr: expect.any(String) });
      return stdout;
    },
    assertReceived: (...paths) => {
      const { requests } = upstream;
      expect(requests.map(({ path }) => path.replace(/^\/v1\/[^/]+\/[^/]+/, ""))).toEqual(
        expect.arrayContaining([...paths]),
      );
      for (const { path, headers, text } of requests) {
        const key = /\/anthropic\//.test(path) ? CANARY_KEY : CANARY_OPENAI_KEY;
        expect([headers["x-api-key"] ?? headers.authorization?.replace(/^Bearer /, "")]).toEqual([key]);
        expect(JSON.stringify(headers) + text).not.toContain(CANARY_CLIENT_TOKEN);
      }
      expect(gateway.printed()).not.toContain(CANARY_CLIENT_TOKEN);
    },
  };
}

const folderOf = (home: string) => {
  const folder = join(home, "project");
  mkdirSync(folder, { recursive: true });
  return folder;
};

const configuration = (base: string) => ({
  gateway: { mode: "local", auth: { mode: "token" } },
  models: {
    providers: {
      [OURS]: { baseUrl: `${base}/anthropic`, api: "anthropic-messages", models: [] },
      [`${OURS}-openai`]: {
        baseUrl: `${base}/openai`,
        api: "openai-responses",
        apiKey: `\${OPENAI_API_KEY}`,
        models: [],
      },
    },
  },
  agents: { defaults: { model: { primary: `${OURS}/claude-sonnet-4-6`, fallbacks: [`${OURS}/claude-opus-4-8`] } } },
});

/** @why a client that waits for ever would hold up the rest. */
const AT_MOST_MS = 120_000;

function runClient(
  { command, args, onOutput }: RunInput,
  where: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...where, stdio: ["ignore", "pipe", "pipe"], detached: true });
    const end = () => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
      } catch {
        // It has ended, with all that it started.
      }
    };
    const tooLong = setTimeout(end, AT_MOST_MS);
    let [stdout, stderr] = ["", ""];
    const heard = () => onOutput?.(stdout + stderr);
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      heard();
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
      heard();
    });
    child.on("error", reject);
    child.on("exit", () => {
      clearTimeout(tooLong);
      // What it left running would keep its streams open.
      end();
    });
    child.on("close", (status) => resolve({ status, stdout, stderr, printed: stdout + stderr }));
  });
}

export { CANARY_CLIENT_TOKEN };
