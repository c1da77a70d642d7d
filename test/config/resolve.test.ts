import fs from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { gatewayToken } from "../../src/config/credentials.ts";
import {
  configuredProviders,
  fileValues,
  inspectFiles,
  loadFiles,
  resolveProviders,
  resolveVariables,
  wantedVariables,
  withProxy,
} from "../../src/config/resolve.ts";
import { findVariable } from "../../src/config/variables.ts";
import { withEnv } from "../../src/core/context.ts";
import type { HttpRequest } from "../../src/core/http.ts";
import { temporaryFolder, testContext } from "../support/real-context.ts";
import { saying } from "../support/saying.ts";

const CONFIG = {
  models: {
    providers: {
      ours: { baseUrl: "https://h", headers: { authorization: "Bearer ${A_TOKEN}" } },
      other: { apiKey: "${MISSING_KEY}" },
    },
  },
  env: { vars: { A_TOKEN: "config" } },
};

/** Paths of both files with these contents; undefined leaves one out. */
function written(config: string | undefined, secrets?: string) {
  const folder = temporaryFolder();
  const paths = { config: join(folder, "openclaw.json"), secrets: join(folder, ".env") };
  if (config !== undefined) fs.writeFileSync(paths.config, config);
  if (secrets !== undefined) fs.writeFileSync(paths.secrets, secrets);
  return paths;
}

const loaded = async (config: object, secrets: string) =>
  fileValues(await loadFiles(written(JSON.stringify(config), secrets), testContext()));

describe("a variable", () => {
  it("comes from the environment, else .env, else the configuration, and tells what it hides", async () => {
    const files = await loaded(CONFIG, "A_TOKEN=secrets\n");
    const sources = (env: object) => {
      const found = findVariable("A_TOKEN", files, env);
      return [found, ...(found?.hides ?? [])].map((one) => [one?.source, one?.value.reveal()]);
    };
    const [inEnvironment, inSecrets, inConfig] = [
      ["process environment", "environment"],
      [".env", "secrets"],
      ["config env", "config"],
    ];
    expect(sources({ A_TOKEN: "environment" })).toEqual([inEnvironment, inSecrets, inConfig]);
    expect(sources({ A_TOKEN: "" })).toEqual([inSecrets, inConfig]);
    expect(findVariable("NONE", files, {})).toBeUndefined();
  });
});

describe("the credentials of configured providers", () => {
  it("are resolved each by itself, with the variable that belongs to a provider", async () => {
    const files = await loaded(CONFIG, "OUR_KEY=key\n");
    const providers = configuredProviders(files.config, [{ providerId: "ours", keyVariable: "OUR_KEY" }]);
    expect(wantedVariables({ providers, gatewayToken: true, variables: ["A_TOKEN", "B"] }, files.config)).toEqual([
      "OUR_KEY",
      "A_TOKEN",
      "MISSING_KEY",
      "OPENCLAW_GATEWAY_TOKEN",
      "B",
    ]);
    const resolved = await resolveVariables({ providers }, files, testContext());
    const { ours, other } = Object.fromEntries(await resolveProviders(providers, resolved, testContext()));
    const carried = ours?.ok ? [ours.value.apiKey?.reveal(), ours.value.headers.authorization?.reveal()] : [];
    expect(carried).toEqual(["key", "Bearer config"]);
    expect(other).toMatchObject({ ok: false, error: [{ message: saying("MISSING_KEY has no value.") }] });
  });

  it("and the gateway token are those of the environment that is given", async () => {
    const files = await loaded({}, "");
    const here = testContext({ env: { OPENCLAW_GATEWAY_TOKEN: "here" } });
    const tokenIn = async (context: typeof here) =>
      gatewayToken(await resolveVariables({ gatewayToken: true }, files, context), context);
    const token = await tokenIn(here);
    expect(token.ok && token.value?.reveal()).toBe("here");
    expect(await tokenIn(withEnv(here, {}))).toMatchObject({ ok: false });
  });
});

describe("reading the files", () => {
  it("names every file that counts, also one that is missing", async () => {
    const paths = written(`{ "$include": "./more.json5" }`);
    const more = join(dirname(paths.config), "more.json5");
    const read = new Set<string>();
    await expect(loadFiles(paths, testContext(), { onRead: (path) => read.add(path) })).rejects.toMatchObject({
      code: "config.include",
    });
    expect([...read]).toEqual([paths.config, paths.secrets, more]);
  });

  it("goes on past what is damaged, and leaves only the invalid parts out", async () => {
    const paths = written(`{ "gateway": { "port": "x" }, "env": { "vars": { "A": "1" } } }`, "not an assignment\n");
    const found = await inspectFiles(paths, testContext());
    expect(found).toMatchObject({
      values: { config: { env: { vars: { A: "1" } } } },
      invalidParts: ["gateway"],
      configError: { code: "config.invalid" },
      secrets: { values: new Map(), error: { code: "secrets.syntax" } },
    });
    expect(found.values.config.gateway).toBeUndefined();
    const broken = await inspectFiles(written("{", "A=1\n"), testContext());
    expect(broken).toMatchObject({ config: undefined, configError: { code: "config.syntax" }, values: { config: {} } });
    expect(broken.values.secrets).toEqual(new Map([["A", "1"]]));
  });
});

describe("a proxy that only .env names", () => {
  it("is used by requests, unless they bring their own", async () => {
    const files = await loaded({}, "HTTPS_PROXY=http://proxy:1\n");
    const sent: HttpRequest[] = [];
    const context = testContext({
      http: async (request) => {
        sent.push(request);
        return { ok: false, error: { kind: "refused" } };
      },
    });
    const request = {
      method: "GET",
      url: "http://h",
      headers: {},
      connectTimeoutMs: 1,
      idleTimeoutMs: 1,
      maxBodyBytes: 1,
    } as const;
    const proxied = withProxy(files, context);
    await proxied.http(request);
    await proxied.http({ ...request, proxyVariables: {} });
    expect(sent.map(({ proxyVariables }) => proxyVariables)).toMatchObject([{ HTTPS_PROXY: "http://proxy:1" }, {}]);
    expect(sent[1]?.proxyVariables).toEqual({});
  });
});
