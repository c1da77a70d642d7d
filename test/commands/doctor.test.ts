import { appendFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CHECKS } from "../../src/doctor/run-checks.ts";
import { anthropicError } from "../support/answers.ts";
import { cloudflare } from "../support/cloudflare.ts";
import { doctor, faults, homeWith, type Loose, PROVIDER, readText } from "../support/doctor.ts";
import { startGateway } from "../support/gateway.ts";
import { configPath, secretsPath } from "../support/home-files.ts";
import { ACCOUNT, CANARY_KEY, CANARY_TOKEN, openclaw, temporaryHome } from "../support/program.ts";
import { proxyServer } from "../support/sockets.ts";
import { KNOWN } from "../support/stand-in/world.ts";
import { standIn } from "../support/stand-in.ts";
import { leaks } from "../support/terminal.ts";

describe("doctor", () => {
  it("passes every check after onboarding", async () => {
    const healthy = await doctor(await homeWith());
    expect({ ...healthy, faults: faults(healthy) }).toMatchObject({ status: 0, ok: true, stderr: "", faults: [] });
    expect([...new Set(healthy.checks.map(({ id }) => id))]).toEqual(CHECKS.map(({ id }) => id));
  });

  it("prints results with their place and what to do, and exits with 1 when one failed", async () => {
    const home = await homeWith((config) => {
      delete config.models.providers[PROVIDER].api;
    });
    const { status, stdout, stderr } = await openclaw(["doctor", "--offline"], { home });
    expect({ status, stderr }).toEqual({ status: 1, stderr: "" });
    expect(stdout).toMatch(
      /^✖ models\.providers\["cloudflare-ai-gateway"\] has no api.* \(endpoint\.api\)\n {4}~\/\.openclaw\/openclaw\.json:\d+:\d+\n {4}Add `api: "anthropic-messages"/m,
    );
    expect(stdout).toMatch(
      /\n\n1 failed, 0 warnings, \d+ passed, \d+ skipped\.\nTo show every check, run `openclaw doctor --verbose`\.\n$/,
    );
  });

  it("exits with 0 when there are only warnings", async () => {
    const home = await homeWith((config) => {
      config.nonsense = 1;
    });
    expect(await doctor(home)).toMatchObject({ status: 0, ok: true });
  });

  it("works where nothing is set up, and where everything is damaged", async () => {
    const nothing = await doctor(temporaryHome());
    expect([nothing.status, nothing.stderr]).toEqual([1, ""]);
    const damages: readonly ((home: string) => void)[] = [
      (home) => writeFileSync(configPath(home), ""),
      (home) => writeFileSync(configPath(home), "[1, 2]"),
      (home) => writeFileSync(configPath(home), Buffer.from([0xff, 0xfe, 0x00])),
      (home) =>
        writeFileSync(
          configPath(home),
          '{ models: { providers: [1, null], mode: {} }, agents: "x", gateway: [], env: 5, auth: null }',
        ),
      (home) =>
        writeFileSync(
          configPath(home),
          `{ models: { providers: { "${PROVIDER}": { baseUrl: 5, headers: [1], models: {}, apiKey: [] } } } }`,
        ),
      (home) => {
        rmSync(configPath(home));
        mkdirSync(configPath(home));
      },
      (home) => {
        rmSync(join(home, ".openclaw"), { recursive: true });
        writeFileSync(join(home, ".openclaw"), "a file");
      },
      (home) => writeFileSync(secretsPath(home), Buffer.from([0x00, 0xff, 0x0a, 0x22])),
    ];
    for (const damage of damages) {
      const home = await homeWith();
      damage(home);
      const { status, stderr, ok } = await doctor(home);
      expect([String(damage), status, stderr, ok]).toEqual([String(damage), 1, "", false]);
    }
  });

  it("asks the provider, unless --offline", async () => {
    const { baseUrl, received } = await startGateway();
    const home = await homeWith((config) => {
      config.models.providers[PROVIDER].baseUrl = baseUrl;
    });
    await doctor(home);
    expect(received).toEqual([]);
    const { status, stdout } = await openclaw(["doctor", "--json"], { home });
    expect([status, JSON.parse(stdout).ok]).toEqual([0, true]);
    expect(received.map(({ method, path, headers }) => [method, path, headers["x-api-key"]])).toEqual([
      ["GET", "/anthropic/v1/models?limit=1000", CANARY_KEY],
    ]);
    expect(stdout).toContain("Its base URL and credentials work");
  });

  it("says why the provider refuses", async () => {
    const { baseUrl, next } = await startGateway();
    next(anthropicError(401, "authentication_error", `invalid x-api-key ${CANARY_KEY}`));
    const home = await homeWith((config) => {
      config.models.providers[PROVIDER].baseUrl = baseUrl;
    });
    const { status, stdout } = await openclaw(["doctor"], { home });
    expect(status).toBe(1);
    expect(stdout).toMatch(
      /✖ Cloudflare AI Gateway: .*anthropic\.key-rejected\) \(live\)\n {4}Copy .*\n {4}request-id req_/,
    );
    expect(stdout).not.toContain("CANARY");
  });

  it("sends no credentials where they would not be protected", async () => {
    const home = await homeWith((config) => {
      config.models.providers[PROVIDER].baseUrl = "http://ai.example.com/anthropic";
    });
    // Every request would come by here.
    const proxy = await proxyServer();
    const env = { HTTP_PROXY: `http://127.0.0.1:${proxy.port}` };
    expect((await openclaw(["doctor"], { home, env })).stdout).toContain(
      "Cloudflare AI Gateway was not contacted because",
    );
    expect(proxy.seen).toEqual([]);
  });

  it("sends no credential of another field, and none to another provider's address", async () => {
    const { env, requests, hosts } = await cloudflare();
    const home = await homeWith();
    const run = async () => (await openclaw(["doctor"], { home, env })).stdout;
    writeFileSync(secretsPath(home), `CLOUDFLARE_AI_GATEWAY_API_KEY=${CANARY_TOKEN}\n`);
    expect(await run()).toContain("Cloudflare AI Gateway was not contacted because");
    writeFileSync(secretsPath(home), `CLOUDFLARE_AI_GATEWAY_API_KEY=${CANARY_KEY}\n`);
    writeFileSync(configPath(home), readText(configPath(home)).replace("my-gw/anthropic", "my-gw/openai"));
    expect(await run()).toContain("Cloudflare AI Gateway was not contacted because");
    expect([requests, hosts()]).toEqual([[], []]);
    writeFileSync(configPath(home), readText(configPath(home)).replace("my-gw/openai", "my-gw/anthropic"));
    expect(await run()).not.toContain("not contacted");
    expect(hosts()).toEqual(["gateway.ai.cloudflare.com:443"]);
  });

  it("asks every endpoint that is set up, and with --verify=message for an answer of a model", async () => {
    const { gatewayBase, apiBase, requests } = await standIn({ gateways: [{ authentication: true }] });
    const home = temporaryHome();
    const id = "cloudflare-ai-gateway";
    const args = [`--${id}-base-url`, `${gatewayBase()}/anthropic`, `--${id}-api-key`, KNOWN.anthropicKey];
    const others = [
      `--${id}-token`,
      KNOWN.fullToken,
      `--${id}-endpoint`,
      "anthropic",
      `--${id}-endpoint`,
      "workers-ai",
    ];
    await openclaw(["onboard", "--non-interactive", ...args, ...others], { home });
    const env = { CLOUDFLARE_API_BASE_URL: apiBase };
    const plain = await openclaw(["doctor", "--verbose"], { home, env });
    expect(plain.stdout).toContain("Cloudflare AI Gateway (Workers AI) answers");
    expect(plain.status).toBe(0);
    const costly = await openclaw(["doctor", "--verify", "message"], { home, env });
    expect([costly.status, costly.stderr]).toEqual([
      0,
      "Each provider generates one token (OpenAI up to 16), which is billed.\n",
    ]);
    expect(requests.map(({ method, path }) => `${method} ${path.replace(/^.*my-gw/, "")}`)).toEqual([
      "GET /anthropic/v1/models?limit=1000",
      "GET /workers-ai/v1/models",
      `GET /client/v4/accounts/${ACCOUNT}/ai/models/search?task=Text+Generation&page=1&per_page=50`,
      "POST /anthropic/v1/messages",
      "POST /workers-ai/v1/chat/completions",
    ]);
    const conflict = await openclaw(["doctor", "--verify", "message", "--offline"], { home });
    expect([conflict.status, conflict.stderr]).toEqual([2, expect.stringContaining("--offline")]);
  });

  it.each<readonly [string, (config: Loose) => void]>([
    [
      "a reference to a secret outside of models",
      (config) => {
        config.channels = { telegram: { botToken: { source: "env", provider: "default", id: "TELEGRAM_BOT_TOKEN" } } };
      },
    ],
    [
      "a reference to a stored secret in a header",
      (config) => {
        const { headers = {} } = config.models.providers[PROVIDER];
        const stored = { source: "store", provider: "default", id: "anthropic" };
        config.models.providers[PROVIDER].headers = { ...headers, "x-extra": stored };
      },
    ],
    [
      "headers that hold no secret",
      (config) => {
        const headers = {
          "x-team": "default",
          "user-agent": "OpenClaw",
          "anthropic-beta": "agents",
          "x-app": "Claude",
        };
        config.models.providers[PROVIDER].headers = headers;
      },
    ],
    [
      "variables that hold no secret",
      (config) => {
        config.env = { vars: { NODE_ENV: "default", LOG: "agents" }, MODE: "claude" };
      },
    ],
  ])("masks no ordinary words because of %s", async (_, change) => {
    const home = await homeWith((config) => {
      change(config);
      config.agents.defaults.model = "${MISSING_MODEL}";
      config.agents.defaults.imageModel = "x";
    });
    appendFileSync(secretsPath(home), "LEVEL=default\n");
    const { stdout } = await doctor(home);
    const words = stdout.replaceAll(/\*{8}(?=[A-Za-z0-9]{4}")/g, "");
    expect(words).not.toContain("********");
    expect(words).toContain("agents.defaults.model");
  });

  it("names the variable that a reference needs, wherever it is", async () => {
    const home = await homeWith((config) => {
      config.channels = { telegram: { botToken: { source: "env", provider: "default", id: "TELEGRAM_BOT_TOKEN" } } };
    });
    const [missing] = faults(await doctor(home), "variables.missing");
    expect(missing).toMatchObject({ status: "warn" });
    expect(missing?.message).toContain("TELEGRAM_BOT_TOKEN");
    expect(missing?.fix).toContain("TELEGRAM_BOT_TOKEN");
  });

  it("masks no words of a reference to a secret, and no names of providers", async () => {
    const home = await homeWith((config) => {
      config.models.providers[PROVIDER].apiKey = { source: "env", provider: "default", id: "MY_WORK_KEY" };
      config.auth = { profiles: { "anthropic:default": { provider: "anthropic", mode: "api_key" } } };
      delete config.models.providers[PROVIDER].api;
    });
    writeFileSync(secretsPath(home), "OPENCLAW_GATEWAY_TOKEN=x\n");
    const { checks, stdout } = await doctor(home);
    expect(faults({ checks } as never, "variables.missing").map(({ message }) => message)).toEqual([
      `MY_WORK_KEY has no value, but models.providers["${PROVIDER}"].apiKey.id refers to it.`,
    ]);
    expect(stdout).toContain("The default model and its fallbacks are known.");
    expect(stdout).toContain("anthropic-messages");
  });

  it("shows only the ends of an account ID of another form, whatever stands around its URL", async () => {
    const home = await homeWith((config) => {
      config.models.providers[PROVIDER].baseUrl =
        "x https://gateway.ai.cloudflare.com/v1/CANARY-CANARY-1234/my-gw/anthropic/";
    });
    const { stdout, checks } = await doctor(home);
    expect(faults({ checks } as never, "endpoint.base-url")).toHaveLength(1);
    expect(stdout).toContain("/v1/CANA…1234/my-gw");
    expect(stdout).not.toContain("CANARY");
  });

  it("shows no secret, no whole account ID and no home folder, whatever is wrong", async () => {
    const home = await homeWith((config) => {
      const provider = config.models.providers[PROVIDER];
      provider.apiKey = CANARY_KEY;
      provider.headers = { "cf-aig-authorization": `Bearer: ${CANARY_TOKEN}`, "x-custom": CANARY_TOKEN };
      provider.headers["CF-AIG-Authorization"] = "'Bearer: CANARY!odd!token'";
      provider.baseUrl += "/v1/";
      config.models.providers.other = {
        baseUrl: `https://user:CANARYpass@other.example/v1/?key=CANARYquery&account=${ACCOUNT}`,
        apiKey: "CANARY-of-no-known-shape",
        models: [],
      };
      config[CANARY_TOKEN] = "CANARY-value";
      config.gateway.auth.token = "CANARY-gateway-token";
      config.env = { CANARY_NAME_KEY: "CANARY-env-value-1234", vars: { CANARY_TOKEN: "CANARY-vars-value" } };
      config.agents.defaults.model = { primary: `${PROVIDER}/${CANARY_KEY}`, fallbacks: [CANARY_TOKEN, ACCOUNT] };
    });
    const env = {
      HTTPS_PROXY: "http://me:CANARYproxy@127.0.0.1:9",
      CLOUDFLARE_AI_GATEWAY_API_KEY: `${CANARY_KEY}-other`,
      CLOUDFLARE_ACCOUNT_ID: ACCOUNT,
    };
    const outputs: string[] = [];
    for (const args of [[], ["--json"], ["--fix"], ["--fix", "--json"], ["--fix", "--yes"], ["--json"]]) {
      const { stdout, stderr } = await openclaw(["doctor", "--offline", ...args], { home, env });
      outputs.push(stdout, stderr);
    }
    const all = outputs.join("\n").replaceAll("CANARY_NAME_KEY", "").replaceAll("vars.CANARY_TOKEN", "");
    expect(all).not.toContain("CANARY");
    expect(all.toLowerCase()).not.toContain(ACCOUNT);
    expect(all).toContain("0123…cdef");
    expect(all).not.toContain(home);
    expect(leaks(temporaryHome(), all)).toEqual([]);
  });
});
