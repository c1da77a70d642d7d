import { once } from "node:events";
import { describe, expect, it } from "vitest";
import type { Credentials } from "../../src/config/credentials.ts";
import { Secret } from "../../src/core/secret.ts";
import type { Api } from "../../src/providers/provider.ts";
import { ask } from "../support/client.ts";
import { HELLO, startLocalGateway } from "../support/local-gateway.ts";
import { httpServer } from "../support/sockets.ts";

const KEYS = ["CANARY-first-key-1111", "CANARY-second-key-2222", "CANARY-third-key-3333"];

const credentials: Credentials = {
  apiKey: new Secret(KEYS[0] ?? ""),
  moreKeys: KEYS.slice(1).map((key, index) => ({
    value: new Secret(key),
    variable: "OWN_API_KEYS",
    position: index + 2,
  })),
  headers: {},
};

/** A gateway with three keys, a model and a fallback; the upstream answers by key and model as told. */
async function startRotating(api: Api = "anthropic-messages") {
  const says = new Map<string, string>();
  const asked: string[] = [];
  const { port } = await httpServer(async (request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    await once(request, "end");
    const body = Buffer.concat(chunks).toString();
    const key = request.headers["x-api-key"] ?? request.headers.authorization?.replace("Bearer ", "");
    const who = `${KEYS.indexOf(String(key)) + 1}${body === "" ? "" : JSON.parse(body).model}`;
    asked.push(who);
    const said = says.get(who) ?? "200";
    if (said === "reset") return void request.socket.resetAndDestroy();
    const [status = 0, wait] = said.split("/").map(Number);
    response.writeHead(status, wait === undefined ? {} : { "retry-after": String(wait) }).end("{}");
  });
  let nowMs = 1e6;
  const gateway = await startLocalGateway({
    providers: {
      own: { baseUrl: `http://127.0.0.1:${port}`, api, models: ["a", "b"].map((id) => ({ id, name: id })) },
    },
    primary: "own/a",
    fallbacks: ["own/b"],
    credentials: { own: credentials },
    clockMs: () => nowMs,
  });
  const path = api === "anthropic-messages" ? "/v1/messages" : "/v1/responses";
  /** Who is asked, as `1a` for the first key and the model, and the status. */
  const go = async (told: Readonly<Record<string, string>>, { later = 0, model = "a", below = "" } = {}) => {
    nowMs += later * 1000;
    says.clear();
    for (const [who, said] of Object.entries(told)) says.set(who, said);
    asked.length = 0;
    const { status, headers } = await ask(`${gateway.url}${path}${below}`, { body: { ...HELLO, model } });
    const wait = headers["retry-after"];
    return `${asked.join(" ")}: ${status}${wait === undefined ? "" : ` in ${wait}`}`;
  };
  return { gateway, go, asked };
}

describe("where a provider has several keys", () => {
  it.each(["anthropic-messages", "openai-responses"] as const)("the next is taken after 429: %s", async (api) => {
    const { gateway, go } = await startRotating(api);
    expect(await go({ "1a": "429/20" })).toBe("1a 2a: 200");
    expect(await go({})).toBe("2a: 200");
    expect(await go({ "2a": "429/20" }, { later: 10 })).toBe("2a 3a: 200");
    expect(await go({}, { later: 10 })).toBe("1a: 200");
    expect(gateway.records[0]?.tried).toEqual(["own/a (key 1): http-429"]);
    expect(gateway.records[1]?.tried).toEqual(["own/a (key 1): cooling down (http-429)"]);
    expect(JSON.stringify(gateway.records)).not.toMatch(/CANARY/);
  });

  it.each(["529", "500", "503", "402", "404", "reset"])("none is taken after %s, but the next model", async (said) => {
    const { go } = await startRotating();
    const isAbout = said === "404";
    expect(await go({ "1a": said })).toBe(isAbout ? "1a: 404" : "1a 1b: 200");
  });

  it.each(["400", "401", "403", "413"])("none is taken after %s, which the client gets", async (said) => {
    const { go } = await startRotating();
    expect(await go({ "1a": said })).toBe(`1a: ${said}`);
    expect(await go({})).toBe("1a: 200");
  });

  it("the next model comes after the last key", async () => {
    const { go } = await startRotating();
    expect(await go({ "1a": "429", "2a": "429", "3a": "429" })).toBe("1a 2a 3a 1b: 200");
    expect(await go({})).toBe("1b: 200");
  });

  it("a limit of one model is not another's", async () => {
    const { go } = await startRotating();
    expect(await go({ "1a": "429" })).toBe("1a 2a: 200");
    expect(await go({}, { model: "own/b" })).toBe("1b: 200");
  });

  it("a key that is refused does not make a limit fatal, and is left alone", async () => {
    const { go } = await startRotating();
    const limited = { "1a": "429/30", "2a": "401", "1b": "529" };
    expect(await go(limited)).toBe("1a 2a 1b: 429 in 30");
    expect(await go({ ...limited, "2a": "200" }, { later: 1 })).toBe("3a: 200");
  });

  it("a wrong request stays one", async () => {
    const { go } = await startRotating();
    expect(await go({ "1a": "429/30", "2a": "400" })).toBe("1a 2a: 400");
  });

  it("the client is told when the first will be ready if all are limited", async () => {
    const { go } = await startRotating();
    const limited = { "1b": "429/80", "2b": "429/15", "3b": "429" };
    expect(await go(limited, { model: "own/b" })).toBe("1b 2b 3b: 429 in 80");
    expect(await go({ ...limited, "2b": "429" }, { model: "own/b", later: 15 })).toBe("2b: 429 in 17");
  });

  it("counting tokens goes round by itself", async () => {
    const { go } = await startRotating();
    expect(await go({ "1a": "429" }, { below: "/count_tokens" })).toBe("1a 2a: 200");
    expect(await go({ "1a": "429", "2a": "429", "3a": "429" }, { below: "/count_tokens" })).toBe("2a 3a: 429 in 32");
    expect(await go({})).toBe("1a: 200");
  });

  it("what names no model keeps the first, whose files and batches it sees", async () => {
    const { gateway, asked } = await startRotating();
    await ask(`${gateway.url}/v1/files`, { headers: { "anthropic-version": "2023-06-01" } });
    expect(asked).toEqual(["1"]);
  });

  it("a change of the keys takes effect, and ends their cooldowns", async () => {
    const { gateway, go } = await startRotating();
    expect(await go({ "1a": "429/60" })).toBe("1a 2a: 200");
    const [, second] = credentials.moreKeys ?? [];
    gateway.use(gateway.settings({ credentials: { own: { ...credentials, moreKeys: second ? [second] : [] } } }));
    expect(await go({ "1a": "429/60" })).toBe("1a 3a: 200");
  });
});
