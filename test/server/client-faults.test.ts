import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { ask } from "../support/client.ts";
import { CANARY_CLIENT_TOKEN, startGatewayHere, writeHome } from "../support/gateway-process.ts";
import { openclaw, temporaryHome } from "../support/program.ts";

const TOKEN = { "x-api-key": CANARY_CLIENT_TOKEN };
const DEFAULT = "claude-sonnet-5-5";
const LISTED = "claude-haiku-5-5";

/** Answers everything with one failure. */
async function startRefusing(status: number, failure: object): Promise<string> {
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(failure));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function gatewayBefore(upstream: string) {
  const home = temporaryHome();
  const [known, own] = ["cloudflare-ai-gateway", "own"].map((id) => ({
    baseUrl: `${upstream}/anthropic`,
    api: "anthropic-messages",
    apiKey: `CANARY-key-of-${id}`,
    models: [{ id: LISTED, name: LISTED }],
  }));
  const config = {
    models: { providers: { "cloudflare-ai-gateway": known, own } },
    agents: { defaults: { model: { primary: `cloudflare-ai-gateway/${DEFAULT}` } } },
    gateway: { auth: { mode: "token", token: "${OPENCLAW_GATEWAY_TOKEN}" } },
  };
  writeHome(home, config, { OPENCLAW_GATEWAY_TOKEN: CANARY_CLIENT_TOKEN });
  return { home, ...(await startGatewayHere({ home })) };
}

const anthropic = (type: string, message: string) => ({ type: "error", error: { type, message } });
const NO_MODEL = anthropic("not_found_error", "model: claude-none");

/** What is sent, what an upstream answers, and the layer that everything says is to blame. */
const CASES: readonly (readonly [string, string, number, object, string])[] = [
  ["an invalid request", DEFAULT, 400, anthropic("invalid_request_error", "max_tokens: required"), "client"],
  ["one that is too large", DEFAULT, 413, anthropic("request_too_large", "too large"), "client"],
  ["a parameter in an unknown error", DEFAULT, 422, anthropic("odd_error", "no such parameter"), "client"],
  ["an answer in no known form", DEFAULT, 415, { detail: "no" }, "client"],
  [
    "a prompt that a guardrail blocks",
    DEFAULT,
    424,
    { success: false, error: [{ code: 2016, message: "blocked" }] },
    "client",
  ],
  ["a model that only the client names", "claude-none", 404, NO_MODEL, "client"],
  ["the same of another provider", "own/none", 404, { error: { message: "no such model" } }, "client"],
  ["an invalid request to another provider", `own/${LISTED}`, 400, { error: { message: "bad" } }, "client"],
  ["the default model, which does not exist", DEFAULT, 404, NO_MODEL, "anthropic"],
  ["a model of the configuration, which does not exist", LISTED, 404, NO_MODEL, "anthropic"],
  ["a refused key", DEFAULT, 401, anthropic("authentication_error", "invalid x-api-key"), "anthropic"],
  ["no credit", DEFAULT, 400, anthropic("invalid_request_error", "Your credit balance is too low"), "anthropic"],
  ["no credit at another provider", `own/${LISTED}`, 400, { error: { message: "insufficient credits" } }, "unknown"],
  ["a limit", DEFAULT, 429, anthropic("rate_limit_error", "slow down"), "anthropic"],
];

describe("whose fault a failure is", () => {
  it.each(CASES)("is said alike by page, `top` and metrics: %s", async (_, model, status, failure, layer) => {
    const { url, home } = await gatewayBefore(await startRefusing(status, failure));
    await ask(`${url}/v1/messages`, { body: { model, max_tokens: 9, messages: [] }, headers: TOKEN });
    const state = JSON.parse(String((await ask(`${url}/dashboard/state`, { headers: TOKEN })).body));
    expect(state.problems.map((problem: { layer: string }) => problem.layer)).toEqual([layer]);
    const metrics = String((await ask(`${url}/metrics`, { headers: TOKEN })).body);
    expect(metrics).toMatch(new RegExp(`upstream_failures_total\\{[^}]*layer="${layer}"[^}]*\\} 1\n`));
    const { stdout } = await openclaw(["gateway", "top", "--once"], {
      home,
      env: { OPENCLAW_GATEWAY_PORT: new URL(url).port },
    });
    const heading = layer === "client" ? "✔ The gateway works; some requests are invalid" : "Something needs attention";
    expect(stdout).toContain(heading);
    expect(stdout).toContain(`! ${state.problems[0].says.slice(0, 40)}`);
  });

  it("is the client's where what it asks for by its id is not there, whatever the path", async () => {
    const { url } = await gatewayBefore(await startRefusing(404, anthropic("not_found_error", "Not found")));
    for (const path of ["/v1/messages/batches/msgbatch_1", "/v1/files/file_1"])
      await ask(`${url}${path}`, { headers: TOKEN });
    const state = JSON.parse(String((await ask(`${url}/dashboard/state`, { headers: TOKEN })).body));
    expect(new Set(state.problems.map(({ layer }: { layer: string }) => layer))).toEqual(new Set(["client"]));
    await ask(`${url}/v1/messages`, { body: { model: DEFAULT, max_tokens: 9, messages: [] }, headers: TOKEN });
    const { problems } = JSON.parse(String((await ask(`${url}/dashboard/state`, { headers: TOKEN })).body));
    expect(problems[0]).toMatchObject({ code: "anthropic.path-not-found", layer: "anthropic" });
  });
});
