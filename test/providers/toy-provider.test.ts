import { writeFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { PROVIDERS } from "../../src/providers/registry.ts";
import { startGatewayHere } from "../support/gateway-process.ts";
import { configIn, secretsText } from "../support/home-files.ts";
import { openclaw, temporaryHome } from "../support/program.ts";
import { toy } from "../support/toy-provider/provider.ts";

/** The one line that a new provider takes outside its folder. */
const providers = [...PROVIDERS, toy];

const KEY = "toy-CANARY-key-of-the-box";

/** A toy box on this machine, and the requests that reached it. */
async function openToyBox() {
  const requests: { readonly request: IncomingMessage; readonly body: string }[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    requests.push({ request, body });
    const answer = (status: number, value: object) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
    if (request.headers["toy-key"] !== KEY) return answer(403, { error: { message: "locked" } });
    if (request.url === "/models") return answer(200, { data: [{ id: "bear-1" }, { id: "bear-2", name: "Bear 2" }] });
    return answer(200, { object: "chat.completion", choices: [], model: JSON.parse(body).model });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

const onboard = (url: string, key = KEY) => [
  ...["onboard", "--non-interactive", "--verify", "--auth-choice", "toy-api-key"],
  ...["--toy-url", url, "--toy-api-key", key],
];

/** A home in which the toy box is set up. */
async function homeWithToy() {
  const box = await openToyBox();
  const home = temporaryHome();
  const { status, stderr } = await openclaw(onboard(box.url), { home, providers });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return { ...box, home };
}

it("is set up, with its key in .env and its model as the default", async () => {
  const { home, url, requests } = await homeWithToy();
  expect(configIn(home)).toMatchObject({
    models: { providers: { toy: { baseUrl: url, api: "openai-completions", apiKey: "${TOY_API_KEY}" } } },
    agents: { defaults: { model: { primary: "toy/bear-1" } } },
  });
  expect(JSON.stringify(configIn(home))).not.toContain(KEY);
  expect(secretsText(home)).toContain(`TOY_API_KEY=${KEY}\n`);
  expect(requests.map(({ request }) => [request.url, request.headers["toy-key"]])).toEqual([["/models", KEY]]);
});

it("is not written when its own check fails, and its own finding is shown", async () => {
  const { url } = await openToyBox();
  const { status, stderr } = await openclaw(onboard(url, "toy-CANARY-of-another-box"), {
    home: temporaryHome(),
    providers,
  });
  expect(status).toBe(1);
  expect(stderr).toBe(
    "openclaw: The toy box is locked. (toy-box, toy.locked)\nLook under the lid for the key.\ntoy-id 42\n",
  );
});

it("names its flags and labels when answers are missing or wrong", async () => {
  const run = (...args: readonly string[]) =>
    openclaw(["onboard", "--non-interactive", "--auth-choice", "toy-api-key", ...args], {
      home: temporaryHome(),
      providers,
    });
  const { status, stderr } = await run("--toy-url", "box");
  expect(status).toBe(2);
  expect(stderr).toContain("--toy-url: That is no toy box.");
  expect(stderr).toMatch(/--toy-api-key: .*TOY_API_KEY.*It is under the lid\./);
  const { stdout } = await openclaw(["onboard", "--help"], { home: temporaryHome(), providers });
  expect(stdout).toMatch(/--toy-api-key <value>\s+Toy key/);
});

it("lists its built-in models and, with --live, those of its server", async () => {
  const { home } = await homeWithToy();
  const list = async (...flags: readonly string[]) => {
    const { stdout } = await openclaw(["models", "list", "--provider", "toy", "--plain", ...flags], {
      home,
      providers,
    });
    return stdout.trim().split("\n");
  };
  expect(await list()).toEqual(["toy/bear-1"]);
  expect(await list("--live")).toEqual(["toy/bear-1", "toy/bear-2"]);
});

it("is checked by doctor, with its own diagnosis and no secret in the report", async () => {
  const { home } = await homeWithToy();
  const good = await openclaw(["doctor", "--json"], { home, providers });
  expect(JSON.parse(good.stdout).checks.filter(({ status }: { status: string }) => status === "fail")).toEqual([]);
  expect(good.stdout).toContain('"Toy answers');
  const env = { TOY_API_KEY: "toy-CANARY-of-another-box" };
  const bad = await openclaw(["doctor", "--json"], { home, env, providers });
  expect(bad.status).toBe(1);
  expect(bad.stdout).toContain("The toy box is locked. (toy-box, toy.locked)");
  expect(good.stdout + bad.stdout).not.toContain("CANARY");
});

it("receives the requests of the local gateway's clients, with its key in its own header", async () => {
  const { home, requests } = await homeWithToy();
  const [, token = ""] = /^OPENCLAW_GATEWAY_TOKEN=(.*)$/m.exec(secretsText(home)) ?? [];
  const { url, kill, ended } = await startGatewayHere({ home, providers });
  const answer = await fetch(`${url}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ model: "bear-2", messages: [{ role: "user", content: "hello" }] }),
  });
  expect([answer.status, await answer.json()]).toMatchObject([200, { object: "chat.completion" }]);
  const { request, body } = requests.at(-1) ?? {};
  expect(request?.url).toBe("/chat/completions");
  expect(request?.headers["toy-key"]).toBe(KEY);
  expect(request?.headers.authorization).toBeUndefined();
  expect(JSON.parse(body ?? "")).toMatchObject({ model: "bear-2" });
  kill("SIGTERM");
  expect((await ended).status).toBe(0);
});

it("has its key among the credentials of the local gateway's service, from a variable that only it knows", async () => {
  const { home } = await homeWithToy();
  const { apiKey, ...entry } = configIn(home).models.providers.toy;
  expect(apiKey).toBe("${TOY_API_KEY}");
  const withoutKey = { ...configIn(home), models: { providers: { toy: entry } } };
  writeFileSync(join(home, ".openclaw", "openclaw.json"), JSON.stringify(withoutKey));
  const [endpoint] = toy.endpoints;
  const tied = { ...toy, endpoints: [{ ...endpoint, keyVariable: "TOY_API_KEY" }] as const };
  const { stdout } = await openclaw(["gateway", "status", "--json"], { home, providers: [tied] });
  const row = { of: "toy", name: "TOY_API_KEY", onlyHere: false, source: ".env" };
  expect(JSON.parse(stdout).credentials).toContainEqual(row);
});
