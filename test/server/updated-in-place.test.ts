import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { ask } from "../support/client.ts";
import { CANARY_CLIENT_TOKEN, startGatewayProcess } from "../support/gateway-process.ts";
import { metricsHome, settled } from "../support/metrics.ts";
import { PROGRAM, temporaryHome } from "../support/program.ts";
import { startUsageUpstream } from "../support/usage-upstream.ts";

const TOKEN = { "x-api-key": CANARY_CLIENT_TOKEN };

/** A copy of the built program, which may be taken away. */
function installed() {
  const root = dirname(dirname(PROGRAM));
  const copy = join(temporaryHome(), "openclaw");
  mkdirSync(copy);
  for (const part of ["bin", "dist", "package.json"]) cpSync(join(root, part), join(copy, part), { recursive: true });
  return { program: join(copy, "bin", "openclaw.cjs"), remove: () => rmSync(copy, { recursive: true }) };
}

it.each([
  ["one process", []],
  ["two processes", ["--workers", "2"]],
])("goes on with all that it can while its files are replaced: %s", async (_, args) => {
  const home = metricsHome(await startUsageUpstream());
  const { program, remove } = installed();
  const { url, says, kill, ended } = await startGatewayProcess({ home, args, program });
  remove();
  const get = async (path: string, headers = {}) => ask(`${url}${path}`, { headers: { ...TOKEN, ...headers } });
  const body = { model: "claude-sonnet-5-5", max_tokens: 9, messages: [] };
  expect((await ask(`${url}/v1/messages`, { body, headers: TOKEN })).status).toBe(200);
  await settled(url, 1);
  expect((await get("/metrics")).status).toBe(200);
  expect((await get("/dashboard", { "accept-encoding": "br" })).status).toBe(200);
  expect((await get("/dashboard/figures")).status).toBe(200);
  // A configuration that only the parser of JSON5 reads, with a provider that nobody listens for.
  const path = join(home, ".openclaw", "openclaw.json");
  const config = JSON.parse(readFileSync(path, "utf8"));
  for (const provider of Object.values<{ baseUrl: string }>(config.models.providers))
    provider.baseUrl = "http://127.0.0.1:9";
  writeFileSync(path, `// changed\n${JSON.stringify(config)}`);
  await says(/was reloaded/);
  expect(String((await ask(`${url}/v1/messages`, { body, headers: TOKEN })).body)).toContain("network.refused");
  const { problems } = JSON.parse(String((await get("/dashboard/state?language=zh-TW")).body));
  expect(problems[0].says).toContain("拒絕連線");
  writeFileSync(path, "{ broken");
  await says(/was not reloaded/);
  const broken = JSON.parse(String((await get("/dashboard/state?language=zh-TW")).body)).problems;
  expect(broken[0].hint).toMatch(/請/);
  kill("SIGTERM");
  expect((await ended).status).toBe(0);
});
