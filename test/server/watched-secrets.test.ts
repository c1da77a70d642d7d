import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ask } from "../support/client.ts";
import { CANARY_CLIENT_TOKEN, startGatewayHere, writeHome } from "../support/gateway-process.ts";
import { HELLO, MODEL } from "../support/local-gateway.ts";
import { temporaryHome } from "../support/program.ts";
import { httpServer } from "../support/sockets.ts";

/** A gateway whose provider's key is in a file, and what key its upstream gets. */
async function gatewayOfFile(home: string, secrets: object, id: string) {
  const keys: (string | undefined)[] = [];
  const { port } = await httpServer((request, response) => {
    keys.push([request.headers["x-api-key"]].flat()[0]);
    response.end("{}");
  });
  const provider = {
    baseUrl: `http://127.0.0.1:${port}`,
    api: "anthropic-messages",
    apiKey: { source: "file", provider: "kept", id },
  };
  const config = {
    models: { providers: { other: provider } },
    agents: { defaults: { model: { primary: `other/${MODEL}` } } },
    secrets: { providers: { kept: { source: "file", ...secrets } } },
    gateway: { auth: { mode: "token", token: "${OPENCLAW_GATEWAY_TOKEN}" } },
  };
  writeHome(home, config, { OPENCLAW_GATEWAY_TOKEN: CANARY_CLIENT_TOKEN });
  const gateway = await startGatewayHere({ home });
  const keySent = async () => {
    await ask(`${gateway.url}/v1/messages`, { headers: { "x-api-key": CANARY_CLIENT_TOKEN }, body: HELLO });
    return keys.at(-1);
  };
  return { ...gateway, keySent };
}

const write = (path: string, text: string) => writeFileSync(path, text, { mode: 0o600 });

describe("a file that a secret reference points into is watched", () => {
  it.each([
    ["a key alone", { mode: "singleValue" }, "value", (key: string) => `${key}\n`],
    [
      "one of several in JSON",
      { mode: "json" },
      "/providers/one",
      (key: string) => JSON.stringify({ providers: { one: key } }),
    ],
  ])("%s", async (_, options, id, textOf) => {
    const home = temporaryHome();
    const folder = join(home, "keys");
    mkdirSync(folder, { mode: 0o700 });
    const path = join(folder, "key");
    write(path, textOf("the-first-key-of-the-tests"));
    const gateway = await gatewayOfFile(home, { path, ...options }, id);
    expect(await gateway.keySent()).toBe("the-first-key-of-the-tests");
    write(path, textOf("the-second-key-of-the-tests"));
    await gateway.says(/was reloaded/);
    expect(await gateway.keySent()).toBe("the-second-key-of-the-tests");
    // Replaced, as an editor does it.
    write(`${path}.new`, textOf("the-third-key-of-the-tests"));
    renameSync(`${path}.new`, path);
    await gateway.says(/was reloaded/);
    expect(await gateway.keySent()).toBe("the-third-key-of-the-tests");
    expect(gateway.printed()).not.toMatch(/key-of-the-tests/);
  });

  it("below the home folder", async () => {
    const home = temporaryHome();
    write(join(home, "key"), "the-first-key-of-the-tests");
    const gateway = await gatewayOfFile(home, { path: "~/key", mode: "singleValue" }, "value");
    write(join(home, "key"), "the-second-key-of-the-tests");
    await gateway.says(/was reloaded/);
    expect(await gateway.keySent()).toBe("the-second-key-of-the-tests");
  });

  it("behind a link that is switched over, as in containers", async () => {
    const home = temporaryHome();
    for (const [folder, key] of [
      ["one", "the-first-key-of-the-tests"],
      ["two", "the-second-key-of-the-tests"],
    ] as const) {
      mkdirSync(join(home, folder), { mode: 0o700 });
      write(join(home, folder, "key"), key);
    }
    const data = join(home, "data");
    symlinkSync("one", data);
    symlinkSync("data/key", join(home, "key"));
    const gateway = await gatewayOfFile(home, { path: join(home, "key"), mode: "singleValue" }, "value");
    symlinkSync("two", `${data}.new`);
    renameSync(`${data}.new`, data);
    await gateway.says(/was reloaded/);
    expect(await gateway.keySent()).toBe("the-second-key-of-the-tests");
  });

  it("and serves again when it is back", async () => {
    const home = temporaryHome();
    const path = join(home, "key");
    write(path, "the-first-key-of-the-tests");
    const gateway = await gatewayOfFile(home, { path, mode: "singleValue" }, "value");
    rmSync(path);
    await gateway.says(/was reloaded/);
    await gateway.says(/key does not exist/);
    expect(await gateway.keySent()).toBeUndefined();
    write(path, "the-second-key-of-the-tests");
    await gateway.says(/was reloaded/);
    expect(await gateway.keySent()).toBe("the-second-key-of-the-tests");
  });
});
