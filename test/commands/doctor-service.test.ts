import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { doctor, faults, readConfig } from "../support/doctor.ts";
import { configPath, secretsPath } from "../support/home-files.ts";
import { CANARY_KEY, openclaw } from "../support/program.ts";
import { FOREIGN, machine, put } from "../support/service-machine.ts";

describe("doctor where the gateway is a service", () => {
  const KEY = { CLOUDFLARE_AI_GATEWAY_API_KEY: CANARY_KEY };

  it("warns of a variable that only this shell has, unless the service gets it as well", async () => {
    const here = await machine();
    await here.run("install");
    writeFileSync(secretsPath(here.home), "OPENCLAW_GATEWAY_TOKEN=x\n");
    const seen = () => doctor(here.home, [], { ...here.env, ...KEY });
    expect(faults(await seen(), "variables.this-shell")).toEqual([
      expect.objectContaining({
        status: "warn",
        message: "Only this shell sets CLOUDFLARE_AI_GATEWAY_API_KEY, so the service does not get it.",
        where: "~/.config/systemd/user/openclaw-gateway.service",
        fix: "Add CLOUDFLARE_AI_GATEWAY_API_KEY to ~/.openclaw/.env.",
      }),
    ]);
    here.systemd.set("environment", `CLOUDFLARE_AI_GATEWAY_API_KEY=${CANARY_KEY}\n`);
    expect(faults(await seen(), "variables.this-shell")).toEqual([]);
  });

  it("does not guess what another program's service gets, nor what a login shell would give", async () => {
    const here = await machine();
    put(here.file, FOREIGN);
    writeFileSync(secretsPath(here.home), "OPENCLAW_GATEWAY_TOKEN=x\n");
    const seen = () => doctor(here.home, [], { ...here.env, ...KEY });
    expect(faults(await seen(), "variables.this-shell")).toEqual([]);
    rmSync(here.file);
    await here.run("install");
    writeFileSync(
      configPath(here.home),
      JSON.stringify({ ...readConfig(here.home), env: { shellEnv: { enabled: true } } }),
    );
    expect(faults(await seen(), "variables.this-shell")).toEqual([]);
  });

  it("looks for the service of the profile it is asked about", async () => {
    const here = await machine({ profile: "work" });
    await here.run("install");
    writeFileSync(join(here.home, ".openclaw-work", ".env"), "OPENCLAW_GATEWAY_TOKEN=x\n");
    const seen = (root: readonly string[]) =>
      openclaw([...root, "doctor", "--json", "--offline"], { home: here.home, env: { ...here.env, ...KEY } });
    expect((await seen(["--profile", "work"])).stdout).toContain("openclaw-gateway-work.service");
    expect((await seen([])).stdout).not.toContain("openclaw-gateway");
  });
});
