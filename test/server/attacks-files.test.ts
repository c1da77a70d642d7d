import { execFileSync } from "node:child_process";
import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ask } from "../support/client.ts";
import { foreignConfig } from "../support/gateway-home.ts";
import { CANARY_CLIENT_TOKEN, startGatewayProcess, writeHome } from "../support/gateway-process.ts";
import { HELLO, MODEL } from "../support/local-gateway.ts";
import { temporaryHome } from "../support/program.ts";
import { httpServer } from "../support/sockets.ts";

const deep = (depth: number) => `{"a":${"[".repeat(depth)}${"]".repeat(depth)}}`;
const dense = (size: number) => `{"models":{"providers":{}},"a":[${"{},".repeat(size / 3)}{}]}`;

type Place = (name: string) => string;

/** What is done to the files of a running gateway, and what it says. */
const DONE: readonly (readonly [name: string, says: RegExp, act: (at: Place, config: string) => void])[] = [
  ["a configuration of 700 MB", /16 MB/, (at) => truncateSync(at("openclaw.json"), 700e6)],
  ["a file of variables of 700 MB", /16 MB/, (at) => truncateSync(at(".env"), 700e6)],
  ["brackets within brackets", /not reloaded/, (at) => writeFileSync(at("openclaw.json"), deep(5_000_000))],
  [
    "brackets within brackets, with a comment",
    /not reloaded/,
    (at) => writeFileSync(at("openclaw.json"), `//\n${deep(200_000)}`),
  ],
  ["15 MB of members", /not reloaded/, (at) => writeFileSync(at("openclaw.json"), dense(15_000_000))],
  [
    "includes that multiply",
    /more than 1,000 files or 16 MiB/,
    (at) => {
      for (let level = 1; level <= 9; level += 1)
        writeFileSync(at(`${level}.json`), JSON.stringify({ $include: Array(8).fill(`./${level + 1}.json`) }));
      writeFileSync(at("10.json"), "{}");
      writeFileSync(at("openclaw.json"), JSON.stringify({ $include: Array(8).fill("./1.json") }));
    },
  ],
  [
    "lists that multiply",
    /more than 1,000 files or 16 MiB/,
    (at) => {
      writeFileSync(at("list.json"), `{"agents":{"list":[${"{},".repeat(600_000)}{}]}}`);
      writeFileSync(at("openclaw.json"), JSON.stringify({ $include: Array(900).fill("./list.json") }));
    },
  ],
  [
    "a pipe as a file of secrets",
    /pipe/,
    (at, config) => {
      execFileSync("mkfifo", [at("pipe")]);
      const changed = JSON.parse(config);
      changed.secrets = { providers: { piped: { source: "file", path: at("pipe"), mode: "singleValue" } } };
      changed.models.providers.foreign.apiKey = { source: "file", provider: "piped", id: "value" };
      writeFileSync(at("openclaw.json"), JSON.stringify(changed));
    },
  ],
  [
    "a pipe that is included",
    /pipe/,
    (at, config) => {
      execFileSync("mkfifo", [at("pipe.json")]);
      writeFileSync(at("openclaw.json"), JSON.stringify({ $include: "./pipe.json", ...JSON.parse(config) }));
    },
  ],
];

it.each(DONE)("a running gateway survives %s", async (name, says, act) => {
  const { port } = await httpServer((request, response) => request.resume().on("end", () => response.end("{}")));
  const home = temporaryHome();
  const at = (file: string) => join(home, ".openclaw", file);
  const config = foreignConfig(`http://127.0.0.1:${port}`, MODEL);
  writeHome(home, config, { OPENCLAW_GATEWAY_TOKEN: CANARY_CLIENT_TOKEN });
  const gateway = await startGatewayProcess({ home, nodeOptions: ["--max-old-space-size=512"] });
  act(at, JSON.stringify(config));
  await gateway.says(says);
  const headers = { "x-api-key": CANARY_CLIENT_TOKEN };
  expect((await ask(`${gateway.url}/healthz`)).status).toBe(200);
  const { status } = await ask(`${gateway.url}/v1/messages`, { headers, body: HELLO });
  // A provider whose secret is gone cannot be used, which is no fault of the configuration.
  if (name !== "a pipe as a file of secrets") expect(status).toBe(200);
  gateway.kill("SIGTERM");
  expect((await gateway.ended).status).toBe(0);
});
