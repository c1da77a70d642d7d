import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { parseDotenv } from "../../src/config/dotenv-document.ts";
import type { PrintedFinding } from "../support/doctor.ts";
import { CANARY_KEY, type Finished, openclaw, temporaryHome } from "../support/program.ts";
import { httpServer } from "../support/sockets.ts";
import { type StandIn, startStandIn } from "../support/stand-in/stand-in.ts";
import { KNOWN } from "../support/stand-in/world.ts";
import { withDataset } from "../support/usage-dataset.ts";
import { startWorker, type TestWorker } from "../support/worker.ts";
import { type Machine, machine } from "../support/worker-project.ts";

interface Checked extends Finished {
  readonly ok: boolean;
  readonly checks: readonly PrintedFinding[];
}

/** Cloudflare's host leads to the stand-in, as the runtime's way out may. */
const through = (standIn: StandIn) => ({
  outboundService: (request: Request) => {
    const { pathname, search } = new URL(request.url);
    const path = pathname.replace(/^\/v1\/[^/]+\/[^/]+/, "") + search;
    const { method, headers, body } = request;
    return fetch(standIn.gatewayBase() + path, { method, headers, body, duplex: "half" } as RequestInit);
  },
});

const secretsOf = ({ secrets }: Machine): Record<string, string> => {
  const parsed = parseDotenv(readFileSync(secrets, "utf8"));
  return parsed.ok ? Object.fromEntries(parsed.value) : {};
};

interface Deployed {
  readonly here: Machine;
  readonly standIn: StandIn;
  readonly worker: TestWorker;
  readonly check: (args?: readonly string[]) => Promise<Checked>;
}

/** A machine whose project was written and runs in workerd, with its secrets unless told otherwise. */
async function deployed(
  secrets: (own: Record<string, string>) => Record<string, string> = (own) => own,
): Promise<Deployed> {
  const here = await machine();
  await here.write();
  const standIn = await startStandIn({ anthropicKeys: [{ value: CANARY_KEY }] });
  onTestFinished(() => standIn.close());
  const config = here.read("openclaw.json");
  const worker = await startWorker({ config, bindings: secrets(secretsOf(here)), options: through(standIn) });
  return { here, standIn, worker, check: (args) => check(here, worker.url, args) };
}

async function check(here: Pick<Machine, "run">, url: string, args: readonly string[] = []): Promise<Checked> {
  const finished = await here.run(["doctor", "--worker", url, "--json", ...args]);
  return { ...finished, ...JSON.parse(finished.stdout) };
}

const faults = ({ checks }: Checked) => checks.filter(({ status }) => status === "fail" || status === "warn");
const statuses = ({ checks }: Checked) => Object.fromEntries(checks.map(({ id, status }) => [id, status]));

const ALL_FINE = {
  "worker.reachable": "ok",
  "worker.version": "ok",
  "worker.closed": "ok",
  "worker.token": "ok",
  "worker.ready": "ok",
  "worker.configuration": "ok",
  "worker.credentials": "ok",
  "worker.upstream": "ok",
};

describe("doctor --worker", () => {
  it("finds nothing wrong with a Worker that was just deployed, and sends no secret that it has not proved to know", async () => {
    const { check, standIn, here, worker } = await deployed();
    const checked = await check();
    expect([checked.status, checked.ok, faults(checked), statuses(checked)]).toEqual([0, true, [], ALL_FINE]);
    expect(standIn.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "GET /v1/0123456789abcdef0123456789abcdef/my-gw/anthropic/v1/models/claude-sonnet-4-6",
    ]);
    const screen = await here.run(["doctor", "--worker", worker.url]);
    expect([screen.status, screen.stdout]).toEqual([
      0,
      expect.stringMatching(
        /^No problems found: 8 passed\.\nTo show every check, run `.* doctor --worker http:\/\/[\d.:]+ --verbose`\.\n$/,
      ),
    ]);
    for (const value of Object.values(secretsOf(here))) expect(checked.stdout + screen.stdout).not.toContain(value);
  });

  it.each([
    [withDataset(), "The Worker is ready, reports no problem, and records usage."],
    [{}, "The Worker is ready, and reports no problem."],
  ])("says whether the Worker records usage (%#)", async (bound, message) => {
    const here = await machine();
    await here.write();
    const worker = await startWorker({ config: here.read("openclaw.json"), bindings: secretsOf(here), ...bound });
    const { checks } = await check(here, worker.url, ["--offline"]);
    expect(checks.find(({ id }) => id === "worker.ready")).toMatchObject({ status: "ok", message });
  });

  it("has a message answered if it is told to, by the provider of the model", async () => {
    const { check, standIn } = await deployed();
    const checked = await check(["--verify", "message"]);
    expect([faults(checked), checked.stderr]).toEqual([[], expect.stringContaining("which is billed")]);
    expect(
      standIn.requests.map(({ method, path, body }) => [method, path.split("/anthropic")[1], JSON.parse(body)]),
    ).toEqual([
      [
        "POST",
        "/v1/messages",
        { model: "claude-sonnet-4-6", max_tokens: 1, messages: [{ role: "user", content: "Hi" }] },
      ],
    ]);
  });

  it("asks no provider offline", async () => {
    const { check, standIn, here, worker } = await deployed();
    const checked = await check(["--offline"]);
    const bare = await here.run(["doctor", "--worker", new URL(worker.url).host, "--offline"]);
    expect([bare.status, bare.stdout]).toEqual([0, expect.stringContaining("No problems found: 7 passed, 1 skipped.")]);
    expect([checked.status, statuses(checked)]).toEqual([0, { ...ALL_FINE, "worker.upstream": "skipped" }]);
    expect(standIn.requests).toEqual([]);
  });

  it("says which configuration differs", async () => {
    const { check, here } = await deployed();
    const config = JSON.parse(readFileSync(here.config, "utf8"));
    config.agents.defaults.model.primary = "cloudflare-ai-gateway/claude-haiku-4-5";
    writeFileSync(here.config, JSON.stringify(config));
    const local = await check(["--offline"]);
    expect([local.status, faults(local)]).toEqual([
      1,
      [
        {
          id: "worker.configuration",
          status: "fail",
          message: expect.stringMatching(
            /^The Worker has another configuration \([\da-f]{16}\) than .*openclaw\.json \([\da-f]{16}\)\.$/,
          ),
          fix: "Write the project again with `openclaw gateway worker DIR`, then run `npx wrangler deploy` in that folder.",
        },
      ],
    ]);
    expect(faults(await check(["--offline", "--worker-dir", here.folder]))).toEqual([]);
    await here.write();
    expect(faults(await check(["--offline", "--worker-dir", here.folder]))).toMatchObject([
      { id: "worker.configuration" },
    ]);
    const nowhere = await check(["--offline", "--worker-dir", join(here.home, "nowhere")]);
    expect([nowhere.status, faults(nowhere)]).toMatchObject(
      [
        0,
        [
          {
            id: "worker.configuration",
            status: "warn",
            message: /nowhere.openclaw.json is not the configuration of a Worker/,
          },
        ],
      ].map((one) =>
        Array.isArray(one) ? one.map((row) => ({ ...row, message: expect.stringMatching(row.message) })) : one,
      ),
    );
  });

  it.each([
    [
      "another token",
      (own: Record<string, string>) => ({
        ...own,
        OPENCLAW_GATEWAY_TOKEN: "CANARY-other-token-CANARY-other-token-CANARY",
      }),
    ],
  ])("does not trust a Worker with %s, and sends it nothing", async (_, secrets) => {
    const { check, standIn, here } = await deployed(secrets);
    const checked = await check(["--verify", "message"]);
    expect([checked.status, faults(checked)]).toEqual([
      1,
      [
        {
          id: "worker.token",
          status: "fail",
          message: "The Worker does not know the token of this machine.",
          fix: "Put the values into `.dev.vars` in the project's folder, as `.dev.vars.example` shows. Then start `wrangler dev` again.",
        },
      ],
    ]);
    expect(statuses(checked)).toMatchObject({ "worker.ready": "skipped", "worker.upstream": "skipped" });
    expect(standIn.requests).toEqual([]);
    expect(checked.stdout).not.toContain(secretsOf(here).OPENCLAW_GATEWAY_TOKEN);
  });

  it("names each person whose token was not handed over", async () => {
    const { check, here } = await deployed();
    writeFileSync(
      here.secrets,
      `${readFileSync(here.secrets, "utf8")}\nOPENCLAW_GATEWAY_TOKENS=anna=${"a".repeat(40)},ben=${"b".repeat(40)}\n`,
    );
    const checked = await check(["--offline"]);
    expect(faults(checked).map(({ id, message }) => [id, message])).toEqual([
      ["worker.token", 'The Worker does not know the token of "anna".'],
      ["worker.token", 'The Worker does not know the token of "ben".'],
    ]);
  });

  it("says that the Worker sends another key than is set here, and what the provider thinks of it", async () => {
    const { check } = await deployed((own) => ({ ...own, CLOUDFLARE_AI_GATEWAY_API_KEY: KNOWN.anthropicKey }));
    const checked = await check();
    expect([checked.status, faults(checked)]).toEqual([
      1,
      [
        {
          id: "worker.credentials",
          status: "warn",
          message: "Cloudflare AI Gateway: the Worker does not send the API key that is set here.",
          fix: expect.stringContaining(".dev.vars"),
        },
        {
          id: "worker.upstream",
          status: "fail",
          message: expect.stringMatching(
            /^Cloudflare AI Gateway through the Worker: .* \(anthropic, anthropic\.key-rejected\)$/,
          ),
          fix: expect.any(String),
          details: expect.any(Array),
        },
      ],
    ]);
    expect(checked.stdout).not.toContain(KNOWN.anthropicKey);
  });

  it.each([
    ["gateway-2009", "ai-gateway, gateway.token-"],
    ["gateway-2003", "ai-gateway, gateway.rate-limited"],
    ["anthropic-overloaded_error", "anthropic, anthropic.overloaded"],
    ["edge-524", "cloudflare-edge, edge.origin-slow"],
  ] as const)("names the layer behind the Worker: %s", async (dial, named) => {
    const { check, standIn } = await deployed();
    standIn.dial(dial);
    const [fault, ...others] = faults(await check());
    expect([fault?.id, others]).toEqual(["worker.upstream", []]);
    expect(fault?.message).toContain(named);
  });

  it.each([
    ["every secret", () => ({})],
    ["the token", ({ OPENCLAW_GATEWAY_TOKEN: _, ...own }: Record<string, string>) => own],
  ])("says what a Worker lacks that was given no secret: %s", async (_, secrets) => {
    const { check, standIn } = await deployed(secrets);
    const checked = await check(["--verify", "message"]);
    expect([checked.status, statuses(checked)]).toMatchObject([
      1,
      { "worker.reachable": "ok", "worker.closed": "ok", "worker.token": "fail", "worker.ready": "fail" },
    ]);
    const said = faults(checked).map(({ message }) => message);
    expect(said).toContain("The Worker has no usable token, so it refuses every request.");
    expect(said.join(" ")).toContain("OPENCLAW_GATEWAY_TOKEN");
    expect(standIn.requests).toEqual([]);
  });

  it("says which key a Worker lacks, once", async () => {
    const { check, standIn } = await deployed(({ CLOUDFLARE_AI_GATEWAY_API_KEY: _, ...own }) => own);
    const checked = await check();
    expect([checked.status, statuses(checked)]).toMatchObject([1, { "worker.token": "ok", "worker.ready": "fail" }]);
    expect(checked.stdout.match(/wrangler secret put CLOUDFLARE_AI_GATEWAY_API_KEY/g)).toHaveLength(1);
    expect(standIn.requests).toEqual([]);
  });

  it("says that a limit cannot be counted", async () => {
    const { check } = await deployed((own) => ({ ...own, OPENCLAW_GATEWAY_LIMITS: "5/minute" }));
    expect(faults(await check(["--offline"]))).toMatchObject([
      { id: "worker.ready", status: "warn", message: expect.stringContaining("OPENCLAW_LIMIT_5_PER_60S") },
    ]);
  });

  it("warns of an older Worker", async () => {
    const { here, worker } = await deployed();
    const finished = await openclaw(["doctor", "--worker", worker.url, "--json", "--offline"], {
      home: here.home,
      about: { version: "2099.1.0" },
    });
    expect([finished.status, JSON.parse(finished.stdout).checks]).toMatchObject([
      0,
      expect.arrayContaining([expect.objectContaining({ id: "worker.version", status: "warn" })]),
    ]);
  });
});

const page = (title: string, body = "") =>
  `<!DOCTYPE html><html><head><title>${title}</title></head><body>${body}</body></html>`;
const edgePage = (number: number) =>
  page("Attention | Cloudflare", `<span class="cf-error-code">${number}</span> Cloudflare Ray ID: 1`);

describe("an address where no Worker of ours answers", () => {
  it.each([
    ["worker.exception", 500, {}, edgePage(1101)],
    ["worker.exception", 500, {}, "error code: 1101"],
    ["worker.exceeded", 503, {}, edgePage(1102)],
    ["worker.exceeded", 503, {}, "error code: 1102"],
    ["worker.quota", 429, {}, "error code: 1027"],
    ["worker.rate-limited", 429, {}, "error code: 1015"],
    ["worker.missing", 404, {}, "error code: 1042"],
    ["worker.missing", 404, {}, page("Nothing", "There is nothing here yet")],
    ["worker.own-zone", 500, {}, "error code: 1042"],
    ["worker.not-routed", 522, {}, "error code: 522"],
    ["worker.not-routed", 530, {}, edgePage(1016)],
    ["worker.blocked", 403, {}, "error code: 1010"],
    ["worker.edge", 500, {}, "error code: 1199"],
    ["worker.challenge", 403, { "cf-mitigated": "challenge" }, page("Just a moment...")],
    ["worker.access", 302, { location: "https://team.cloudflareaccess.com/cdn-cgi/access/login/x?kid=CANARY" }, ""],
    ["worker.redirect", 301, { location: "https://www.example.com/healthz?CANARY" }, ""],
    ["worker.on-machine", 200, {}, '{"ok":true,"version":"2026.11.1","pid":1}'],
    ["worker.published", 200, {}, '{"ok":true,"status":"live"}'],
    ["worker.other", 200, {}, "Hello World!"],
    ["worker.other", 404, {}, page("404 Not Found")],
    ["worker.other", 200, {}, '{"ok":true,"version":"\\u001b[31m","host":"workers"}'],
  ] as const)("%s: HTTP %i", async (code, status, headers, body) => {
    const asked: string[] = [];
    const server = await httpServer((request, response) => {
      asked.push(JSON.stringify([request.url, request.headers]));
      response.writeHead(status, headers).end(body);
    });
    const here = await machine();
    const checked = await check(here, `http://127.0.0.1:${server.port}`, ["--verify", "message"]);
    expect([checked.status, faults(checked).map(({ id }) => id)]).toEqual([1, ["worker.reachable"]]);
    const [fault] = faults(checked);
    expect(fault?.message).toMatch(new RegExp(`\\([a-z-]+, ${code.replace(".", "\\.")}\\)$`));
    expect(fault?.fix).toMatch(/\.$/);
    expect(checked.stdout).not.toContain("CANARY");
    expect(asked).toHaveLength(1);
    for (const value of Object.values(secretsOf(here))) expect(asked.join("")).not.toContain(value);
  });

  it("is refused without TLS, or if it is no address, before anything is sent", async () => {
    const here = await machine();
    for (const [url, said] of [
      [
        "http://gateway.example.workers.dev",
        "Others on the way could read what is sent to this URL. Nothing was sent.",
      ],
      ["http://10.0.0.1:8787", "Others on the way could read"],
      ["ftp://gateway.example.com", "This is not the URL of a Worker."],
      ["https://", "This is not the URL of a Worker."],
      ["two words", "This is not the URL of a Worker."],
      ["https://user:word@gateway.example.com", ""],
      ["https://gateway.example.com/?a=b", "The URL contains"],
      ["https://gateway.example.com/llm", "The URL contains"],
      [CANARY_KEY, ""],
    ] as const) {
      const finished = await here.run(["doctor", "--worker", url, "--json"]);
      expect([url, finished.status]).toEqual([url, 2]);
      const { error } = JSON.parse(finished.stdout);
      expect([error.code, error.message]).toEqual(["usage.invalid", expect.stringContaining(said)]);
      expect(finished.stdout).not.toContain("CANARY");
    }
  });

  it.each([
    ["refused", "worker.unreachable"],
    ["name-not-found", "worker.name-unknown"],
    ["certificate", "worker.certificate"],
    ["tls", "worker.tls"],
    ["proxy", "worker.proxy"],
    ["answer-timeout", "worker.unreachable"],
  ] as const)("is named when the network fails: %s", async (kind, code) => {
    const here = await machine();
    const urls: string[] = [];
    const finished = await here.run(["doctor", "--worker", "gateway.example.workers.dev/v1/messages", "--json"], {
      context: {
        http: async ({ url }) => {
          urls.push(url);
          return { ok: false, error: { kind } };
        },
      },
    });
    expect([finished.status, urls]).toEqual([1, ["https://gateway.example.workers.dev/healthz"]]);
    const { checks } = JSON.parse(finished.stdout);
    expect(checks[0]).toMatchObject({
      id: "worker.reachable",
      status: "fail",
      message: expect.stringContaining(`, ${code})`),
    });
  });

  it("that claims to be one gets no token, since it cannot prove that it knows it", async () => {
    const asked: string[] = [];
    const server = await httpServer((request, response) => {
      asked.push(JSON.stringify([request.url, request.headers]));
      const isHealth = request.url === "/healthz";
      const body = isHealth
        ? '{"ok":true,"version":"1.0.0","host":"workers"}'
        : '{"ok":true,"problems":[],"proof":"00"}';
      response.writeHead(isHealth || request.url === "/readyz" ? 200 : 401).end(body);
    });
    const here = await machine();
    const checked = await check(here, `http://127.0.0.1:${server.port}`, ["--verify", "message"]);
    expect([checked.status, faults(checked).map(({ id }) => id)]).toEqual([1, ["worker.version", "worker.token"]]);
    for (const value of Object.values(secretsOf(here))) expect(asked.join("")).not.toContain(value);
  });

  it.each([
    [
      "texts that are none",
      { problems: [{ toString: 1 }, null, 5, ["x"], "It has \u001b[2Jcodes."], proof: {}, version: [] },
    ],
    ["endless reasons", { problems: ["x".repeat(400_000)], proof: "y".repeat(400_000), sends: "z" }],
    ["what was asked", { proof: "{headers}", problems: ["{headers}"] }],
  ])("that answers with %s is not believed, and its words do no harm", async (_, answer) => {
    const asked: string[] = [];
    const server = await httpServer((request, response) => {
      const headers = JSON.stringify(request.headers);
      asked.push(headers);
      if (request.url === "/healthz") return void response.end('{"ok":true,"version":"1.0.0","host":"workers"}');
      const body = JSON.stringify(answer).replaceAll('"{headers}"', JSON.stringify(headers));
      response.writeHead(request.url === "/readyz" ? 200 : 401).end(body);
    });
    const here = await machine();
    for (const args of [[], ["--json"]]) {
      const { status, stdout, stderr } = await here.run([
        "doctor",
        "--worker",
        `http://127.0.0.1:${server.port}`,
        ...args,
      ]);
      expect([status, stdout + stderr]).toEqual([1, expect.not.stringContaining("internal.bug")]);
      expect(stdout + stderr).not.toMatch(/\p{Cc}(?<!\n)/u);
      expect(stdout.length).toBeLessThan(10_000);
    }
    for (const value of Object.values(secretsOf(here))) expect(asked.join("")).not.toContain(value);
  });

  it.each([
    ["none", undefined, "The Worker serves requests without a token."],
    ["wrong", "any", "The Worker serves requests with a wrong token."],
  ])("is a danger if it is open: %s", async (_, served, message) => {
    const server = await httpServer((request, response) => {
      if (request.url === "/healthz") return void response.end('{"ok":true,"version":"1.0.0","host":"workers"}');
      const isOpen =
        request.url === "/v1/models" && (request.headers["x-api-key"] === undefined) === (served === undefined);
      response.writeHead(isOpen ? 200 : 401).end("{}");
    });
    const checked = await check(await machine(), `http://127.0.0.1:${server.port}`);
    expect(faults(checked)).toContainEqual(
      expect.objectContaining({
        id: "worker.closed",
        status: "fail",
        message,
        fix: expect.stringContaining("npx wrangler delete"),
      }),
    );
  });
});

describe("doctor --worker on a machine", () => {
  it("without anything says that it has no token", async () => {
    const server = await httpServer((request, response) => {
      if (request.url === "/healthz") return void response.end('{"ok":true,"version":"1.0.0","host":"workers"}');
      response.writeHead(401).end("{}");
    });
    const finished = await openclaw(["doctor", "--worker", `http://127.0.0.1:${server.port}`, "--json"], {
      home: temporaryHome(),
    });
    expect([
      finished.status,
      JSON.parse(finished.stdout).checks.map(({ id, status }: PrintedFinding) => [id, status]),
    ]).toMatchObject([1, expect.arrayContaining([["worker.token", "fail"]])]);
  });

  it("refuses flags that do not go with it", async () => {
    const home = temporaryHome();
    for (const flags of [
      ["--worker", "https://x.example.com", "--fix"],
      ["--worker-dir", "x"],
    ])
      expect(await openclaw(["doctor", ...flags], { home })).toMatchObject({ status: 2 });
  });
});
