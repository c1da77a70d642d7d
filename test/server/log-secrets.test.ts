import { describe, expect, it } from "vitest";
import { Secret } from "../../src/core/secret.ts";
import { LogSecrets } from "../../src/gateway/log-secrets.ts";
import { ask } from "../support/client.ts";
import { startGatewayHere, writeHome } from "../support/gateway-process.ts";
import { temporaryHome } from "../support/program.ts";
import { httpServer } from "../support/sockets.ts";

/** Of no known shape, and needing an escape in a path. */
const MAIN = "main+token/of the gateway".replaceAll(" ", "=");
const NAMED = "anna-7+q";
const KEY = "providers own key 17".replaceAll(" ", ".");
const FURTHER = "further.key.18";
const HEADER = "hv-19/=x-and-more";
const SECRETS = [MAIN, NAMED, KEY, FURTHER, HEADER];
const VARIABLE = "CLOUDFLARE_AI_GATEWAY_API_KEY";

/** A provider of one's own, whose upstream says what `answer` is told to. */
async function gatewayBefore(answer: (path: string) => Readonly<Record<string, string>>) {
  const upstream = await httpServer((request, response) => {
    request.resume();
    response.writeHead(200, { "content-type": "application/json", ...answer(request.url ?? "") }).end("{}");
  });
  const home = temporaryHome();
  const entry = {
    baseUrl: `http://127.0.0.1:${upstream.port}`,
    api: "anthropic-messages",
    apiKey: `\${${VARIABLE}}`,
    headers: { "x-own-auth": HEADER },
  };
  const config = {
    models: { providers: { mine: entry } },
    agents: { defaults: { model: { primary: "mine/m" } } },
    gateway: { auth: { mode: "token", token: "${OPENCLAW_GATEWAY_TOKEN}" } },
  };
  const tokens = { OPENCLAW_GATEWAY_TOKEN: MAIN, OPENCLAW_GATEWAY_TOKENS: `anna=${NAMED}` };
  writeHome(home, config, { ...tokens, [VARIABLE]: KEY, [`${VARIABLE}_2`]: FURTHER });
  return startGatewayHere({ home });
}

const headers = { "x-api-key": MAIN };

describe("the log", () => {
  it.each(["/v1/messages/batches/", "/v1/models/", "/v1/", "/", "/x?y=", "/v1/files/a/b/c/d/e/f/g/"])(
    "has no token and no key that a client puts below %s",
    async (folder) => {
      const { url, says, printed } = await gatewayBefore(() => ({}));
      let count = 0;
      for (const secret of SECRETS) {
        const written = encodeURIComponent(secret);
        const all = [secret, written, written.toLowerCase(), secret.replaceAll("-", "%2D").replaceAll(".", "%2e")];
        for (const text of all) {
          await ask(`${url}${folder}${text}`, { headers });
          count += 1;
        }
      }
      await says(new RegExp(`"id":${count}\\b`));
      for (const secret of SECRETS)
        expect(decodeURIComponent(printed().replace(/%(?![\da-f]{2})/gi, "%25"))).not.toContain(secret);
    },
  );

  it.each(SECRETS)("has no secret that a client sends as a model's name: %s", async (secret) => {
    const { url, says, printed } = await gatewayBefore(() => ({}));
    await ask(`${url}/v1/messages`, { headers, body: { model: secret, messages: [] } });
    await says(/"path":"\/v1\/messages"/);
    expect(printed()).not.toContain(secret);
  });

  it.each(SECRETS)("has no secret that an upstream sends as an id: %s", async (secret) => {
    const { url, says, printed } = await gatewayBefore(() => ({ "request-id": `req_${secret}` }));
    await ask(`${url}/v1/messages`, { headers, body: { model: "m", messages: [] } });
    await says(/"path":"\/v1\/messages"/);
    expect(printed()).not.toContain(secret);
  });
});

describe("what the log must not have", () => {
  const upstream = (headers: Record<string, string>) =>
    ({ providerId: "lm-studio", headers: new Map(Object.entries(headers)), nextKeys: [] }) as never;
  const known = (tokens: readonly string[], headers: Record<string, string> = {}) => {
    const secrets = new LogSecrets();
    secrets.add(
      tokens.map((token) => new Secret(token)),
      [upstream(headers)],
    );
    return secrets;
  };

  it.each([
    ["abc", "/v1/models/abc", "/v1/models/********"],
    ["abc", "/v1/models/abcd", "/v1/models/abcd"],
    ["abcdef", "/x-abcdef-y", "/x-********-y"],
    ["abcdef", "/v1/%61bcdef", "********"],
    ["abcdef", "/v1/100%", "/v1/100%"],
  ])("is %s, so that %s becomes %s", (token, path, shown) => {
    expect(known([token]).without(path)).toBe(shown);
  });

  it.each([
    ["the provider's name", { "x-api-key": "lm-studio" }, "lm-studio/qwen3"],
    ["a word", { authorization: "Bearer none" }, "/v1/none"],
    ["a version", { "anthropic-version": "2023-06-01" }, "/v1/2023-06-01"],
  ])("is not %s", (_, headers, text) => {
    expect(known([], headers).without(text)).toBe(text);
  });

  it("is still what it was before a change", () => {
    const secrets = known(["first-token"]);
    secrets.add([new Secret("another-token")], []);
    expect(secrets.without("/first-token/another-token")).toBe("/********/********");
  });
});
