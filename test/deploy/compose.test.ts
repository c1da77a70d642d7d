import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DCLinter } from "dclint";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { durationMs } from "../../src/config/duration.ts";
import { LIMITS } from "../../src/server/limits.ts";
import { DOCKERFILE, ROOT, stagesOf } from "../support/dockerfile.ts";
import { temporaryHome } from "../support/program.ts";

const PATH = join(ROOT, "deploy", "compose.yaml");
const text = readFileSync(PATH, "utf8");
const compose = parse(text);
const { gateway } = compose.services;
const settings = JSON.parse(readFileSync(join(ROOT, "deploy", "config", "openclaw.json"), "utf8"));

interface Finding {
  readonly rule: string;
  readonly line: number;
  readonly message: string;
}

/** What Compose's schema and the linter's rules find, but for those on the order of keys. */
function findings(path: string): readonly string[] {
  const orders = { "services-alphabetical-order": 0, "service-keys-order": 0, "top-level-properties-order": 0 };
  const rules = { ...orders, "require-quotes-in-ports": [1, { quoteType: "double" }] };
  const found = new DCLinter({ rules } as never).lintFiles([path], false) as { readonly messages: Finding[] }[];
  return found.flatMap(({ messages }) => messages.map(({ rule, line, message }) => `${rule} ${line}: ${message}`));
}

describe("compose.yaml", () => {
  it("holds to the schema of Compose, and to its linter's rules", () => {
    expect(findings(PATH)).toEqual([]);
  });

  it.each([
    ["read_only: true", "read_onli: true"],
    ["restart: unless-stopped", "restart: [unless-stopped]"],
    ["mem_limit: 1g", "mem_limit: [1g]"],
    ["127.0.0.1:18789:18789", "18789:18789"],
  ])("would be found wrong if it were: %s as %s", (right, wrong) => {
    const path = join(temporaryHome(), "compose.yaml");
    writeFileSync(path, text.replace(right, wrong));
    expect(findings(path)).toEqual([expect.stringMatching(/invalid-schema|no-unbound-port/)]);
  });

  it("starts the image that the Dockerfile makes, with the digest that it is given", () => {
    expect(gateway.build).toEqual({
      context: "..",
      dockerfile: "deploy/Dockerfile",
      args: { NODE_DIGEST: "${NODE_DIGEST:-}" },
    });
    expect([gateway.command, gateway.entrypoint, gateway.healthcheck]).toEqual([undefined, undefined, undefined]);
  });

  it("takes every privilege away, and every place to write to but the state", () => {
    expect(gateway).toMatchObject({
      init: true,
      read_only: true,
      cap_drop: ["ALL"],
      security_opt: ["no-new-privileges:true"],
      user: "${OPENCLAW_USER:-1000:1000}",
    });
    expect(gateway.tmpfs).toEqual([
      expect.stringMatching(/^\/var\/lib\/openclaw:mode=1777,size=\d+m,noexec,nosuid,nodev$/),
    ]);
    expect(gateway.volumes).toEqual(["./config:/etc/openclaw:ro"]);
    expect([gateway.privileged, gateway.cap_add, gateway.network_mode, gateway.pid]).toEqual(Array(4).fill(undefined));
  });

  it("lets only this machine in from outside, at the image's port", () => {
    const port = stagesOf(DOCKERFILE)
      .stages.at(-1)
      ?.steps.find(({ keyword }) => keyword === "EXPOSE")?.text;
    expect(gateway.ports).toEqual([`127.0.0.1:${port}:${port}`]);
    expect(gateway.environment.OPENCLAW_GATEWAY_ALLOWED_HOSTS).toBe("gateway");
  });

  it("hands secrets over as files, where the configuration looks for them, and holds none", () => {
    const targets = gateway.secrets.map(({ target }: { target: string }) => target);
    expect(targets).toEqual(Object.values<{ path: string }>(settings.secrets.providers).map(({ path }) => path));
    const files = Object.values<{ file: string }>(compose.secrets).map(({ file }) => file);
    expect(files.every((file) => file.startsWith("./secrets/"))).toBe(true);
    expect(readFileSync(join(ROOT, "deploy", ".gitignore"), "utf8").split("\n")).toEqual([".env", "secrets/", ""]);
    const { environment } = gateway;
    expect(Object.keys(environment).filter((name) => /KEY|TOKEN/.test(name) && environment[name] !== null)).toEqual([]);
  });

  it("has time to end requests, and the memory that the gateway's own limits may take", () => {
    expect(durationMs(gateway.stop_grace_period)).toBeGreaterThanOrEqual(LIMITS.drainMs + 5_000);
    expect(gateway.mem_limit).toBe("1g");
    expect(1024 ** 3).toBeGreaterThanOrEqual(LIMITS.heldBytes + 256 * 1024 ** 2);
  });
});
