import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { answeringGateway } from "../support/answering-gateway.ts";
import { DOCUMENTED, openclaw, shownPath, temporaryHome } from "../support/program.ts";
import { FOREIGN, machine, put, UNIT } from "../support/service-machine.ts";

/** @source what `/healthz` of the published 2026.5.28 and 2026.9.6 answers. */
const PUBLISHED = '{"ok":true,"status":"live"}';

/** The part of a unit that 2026.5.28 writes which tells whose it is. */
const PUBLISHED_UNIT = `[Unit]
Description=OpenClaw Gateway (v2026.5.28)
[Service]
ExecStart=/usr/bin/node /usr/lib/node_modules/openclaw/dist/index.js gateway --port 18789
Environment=OPENCLAW_SERVICE_MARKER=openclaw
Environment=OPENCLAW_SERVICE_KIND=gateway
`;

describe("beside the gateway of the published OpenClaw on the same port", () => {
  it("`gateway run` names it, and how to run both", async () => {
    const { port, url } = await answeringGateway({ instead: PUBLISHED });
    const home = temporaryHome();
    await openclaw([...DOCUMENTED, "--gateway-port", String(port)], { home });
    const { status, stderr } = await openclaw(["gateway", "run"], { home });
    expect(status).toBe(1);
    expect(stderr).toContain(`The local gateway cannot listen at ${url.replace("http://", "")}.`);
    expect(stderr).toMatch(/The port is taken by the published OpenClaw's own gateway(?: \(process \d+\))?\.\n/);
    expect(stderr).toContain(`To run both, run \`openclaw gateway run --port ${port + 1}\`.`);
    expect(stderr).not.toContain("undefined");
  });

  it.each(['{"ok":true}', '{"ok":true,"version":null}', '{"ok":true,"version":"a b"}', '{"status":"live"}', "[]"])(
    "`gateway run` does not take %s for a gateway",
    async (instead) => {
      const { port } = await answeringGateway({ instead });
      const home = temporaryHome();
      await openclaw([...DOCUMENTED, "--gateway-port", String(port)], { home });
      const { stderr } = await openclaw(["gateway", "run"], { home });
      expect(stderr).not.toMatch(/openclaw undefined|openclaw null|published|openclaw a b/);
      expect(stderr).toContain("Stop that program, or choose another port with `--port`.");
    },
  );

  it("`gateway status` does not speak of it as ours", async () => {
    const here = await machine();
    here.gateway.become({ instead: PUBLISHED });
    const { status, stdout } = await here.run("status");
    expect(status).toBe(1);
    expect(stdout).toContain("Service      not installed\n");
    expect(stdout).toContain(`Gateway      ${here.gateway.url}: the published OpenClaw's own gateway\n`);
    expect(stdout).toContain(`run \`openclaw gateway run --port ${here.gateway.port + 1}\`.`);
    expect(stdout).not.toMatch(/Running|started by hand/);
    const document = JSON.parse((await here.run("status --json")).stdout);
    expect(document.gateway).toMatchObject({ answers: "other", published: true, ready: false });
    // It never gets the token.
    expect(here.gateway.heads.join("\n")).not.toMatch(/x-api-key|authorization|x-openclaw-proof/i);
  });

  it("`gateway env` does not send clients to it", async () => {
    const here = await machine();
    here.gateway.become({ instead: PUBLISHED });
    const { status, stdout, stderr } = await here.run("env");
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toContain(`The published OpenClaw's own gateway answers at ${here.gateway.url}, not this one.`);
    expect(stderr).toContain(`set OPENCLAW_GATEWAY_PORT to ${here.gateway.port + 1}`);
    const other = await here.run("env", { OPENCLAW_GATEWAY_PORT: "1" });
    expect(other).toMatchObject({ status: 0, stderr: "" });
  });

  it("`gateway install` names what has the port", async () => {
    const here = await machine();
    here.gateway.become({ instead: PUBLISHED });
    const { status, stderr } = await here.run("install");
    expect(status).toBe(1);
    expect(stderr).toContain("the published OpenClaw's own gateway answers at");
  });
});

describe("beside a service of another program", () => {
  it.each([
    ["the published OpenClaw", PUBLISHED_UNIT],
    ["another program", FOREIGN],
  ])("`gateway status` does not say that a service of %s is ours and running", async (owner, unit) => {
    const here = await machine();
    put(here.file, unit);
    here.systemd.set("running", "");
    here.systemd.set("pid", "999");
    here.gateway.become({ instead: PUBLISHED });
    const { stdout } = await here.run("status");
    expect(stdout).toContain(
      `Service      not installed; ${UNIT} (systemd) belongs to ${owner}: active (running)\nFile         ${shownPath(here.file, here.home)}\n`,
    );
    expect(stdout).not.toContain("since");
    expect(stdout).not.toContain("CANARY");
  });
});

describe("beside a gateway of this program that is not the profile's", () => {
  it("`gateway status` in an empty home does not take it for its own", async () => {
    const { port, url } = await answeringGateway();
    const home = temporaryHome();
    const env = { OPENCLAW_GATEWAY_PORT: String(port) };
    const { status, stdout } = await openclaw(["gateway", "status"], { home, env });
    expect(status).toBe(1);
    expect(stdout).toMatch(new RegExp(`Gateway +${url}: openclaw \\S+, not proven to be this profile's\n`));
    expect(stdout).toContain("Run `openclaw onboard`.");
    expect(stdout).not.toMatch(/Running|ready/);
  });

  it("`gateway status` tells by the token", async () => {
    const here = await machine();
    here.gateway.become({ isForeign: true });
    const { status, stdout } = await here.run("status");
    expect(status).toBe(1);
    expect(stdout).toContain("That gateway does not prove that it has the local gateway token of this profile.");
    expect(stdout).not.toMatch(/Running|started by hand|✔/);
    expect(JSON.parse((await here.run("status --json")).stdout).gateway).toMatchObject({
      answers: "gateway",
      own: false,
    });
  });
});

it("`gateway status` names a credential once that several endpoints share", async () => {
  const here = await machine();
  const path = join(here.home, ".openclaw/openclaw.json");
  const config = JSON.parse(readFileSync(path, "utf8"));
  const [id, entry] = Object.entries(config.models.providers)[0] ?? [];
  const header = { headers: { "cf-aig-authorization": "Bearer ${CF_AIG_TOKEN}" } };
  config.models.providers[String(id)] = { ...(entry as object), ...header };
  config.models.providers.second = { ...(entry as object), ...header };
  writeFileSync(path, JSON.stringify(config));
  const { stdout } = await here.run("status");
  expect(stdout.match(/CF_AIG_TOKEN/g)).toHaveLength(1);
  expect(stdout).toContain(`CF_AIG_TOKEN has no value (${id}, second)\n`);
});
