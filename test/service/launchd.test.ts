import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "plist";
import { describe, expect, it } from "vitest";
import type { Context } from "../../src/core/context.ts";
import { resolvePaths } from "../../src/core/paths.ts";
import { findManager } from "../../src/service/find-manager.ts";
import { install, uninstall } from "../../src/service/install.ts";
import { serviceSpec } from "../../src/service/spec.ts";
import { runChild } from "../../src/system/run-child.ts";
import { fakeLaunchd } from "../support/fake-managers.ts";
import { filesBelow } from "../support/program.ts";
import { temporaryFolder, testContext } from "../support/real-context.ts";
import { saying } from "../support/saying.ts";

// These programs imitate launchctl as its manual and its users describe it. Nothing here ran on macOS.

const GUI = "gui/501";

/** A Mac with user 501 logged in. */
async function mac(profile?: string) {
  const homedir = temporaryFolder();
  const label = profile === undefined ? "ai.openclaw.gateway" : `ai.openclaw.${profile}`;
  const fake = fakeLaunchd(homedir, label);
  const context = testContext({
    platform: "darwin",
    uid: 501,
    homedir: () => homedir,
    env: { PATH: `${fake.folder}:${process.env.PATH}`, CF_AIG_TOKEN: "CANARY" },
    run: (command, args, options) => runChild(command, args, options, (pid) => void process.kill(-pid, "SIGKILL")),
  });
  const paths = resolvePaths(profile === undefined ? {} : { profile }, context);
  const manager = await findManager(paths, context);
  const { spec } = serviceSpec(paths, context);
  const agent = join(homedir, "Library/LaunchAgents", `${label}.plist`);
  const log = join(homedir, "Library/Logs/openclaw", `${label}.log`);
  /** The calls that change something. */
  const orders = () => fake.calls().filter((call) => /^launchctl (?:enable|boot|kick)/.test(call));
  const how = { replace: false, restart: false };
  return { context, fake, manager, spec, agent, log, orders, target: `${GUI}/${label}`, how };
}

describe("launchd", () => {
  it("installs an agent in the user's folder and starts it", async () => {
    const { context, manager, spec, agent, log, orders, target, how } = await mac();
    expect(await install(manager, spec, how, context)).toEqual({ result: "installed" });
    expect(orders()).toEqual([`launchctl enable ${target}`, `launchctl bootstrap ${GUI} ${agent}`]);
    expect(parse(readFileSync(agent, "utf8"))).toMatchObject({ Label: manager.name, StandardOutPath: log });
    expect(existsSync(dirname(log))).toBe(true);
    expect(await manager.state(context)).toEqual({
      isRunning: true,
      isEnabled: true,
      description: "running",
      pid: 4242,
      since: new Date("2026-11-25T15:36:11Z"),
    });
  });

  it("changes nothing the second time, and restarts an agent that changed", async () => {
    const { context, manager, spec, agent, orders, target, how } = await mac();
    await install(manager, spec, how, context);
    const before = orders().length;
    expect(await install(manager, spec, how, context)).toEqual({ result: "unchanged" });
    expect(orders()).toHaveLength(before);
    const moved = { ...spec, command: ["/other/node", ...spec.command.slice(1)] };
    expect(await install(manager, moved, how, context)).toEqual({ result: "updated" });
    expect(orders().slice(before)).toEqual([
      `launchctl enable ${target}`,
      // It answers that this is in progress; the agent can be loaded again only when it is gone.
      `launchctl bootout ${target}`,
      `launchctl bootstrap ${GUI} ${agent}`,
    ]);
  });

  it("removes a stopped agent from the session, and loads it again on start", async () => {
    const { context, fake, manager, spec, orders, how } = await mac();
    await install(manager, spec, how, context);
    await manager.stop(context);
    expect([fake.knows("loaded"), (await manager.state(context)).description]).toEqual([false, "not loaded"]);
    await manager.stop(context);
    await manager.start(context);
    expect((await manager.state(context)).isRunning).toBe(true);
    expect(orders().filter((order) => order.includes("bootout"))).toHaveLength(1);
  });

  it("starts an agent that is loaded but ended, and reports how it ended", async () => {
    const { context, fake, manager, spec, orders, target, how } = await mac();
    await install(manager, spec, how, context);
    rmSync(join(fake.folder, "running"));
    expect(await manager.state(context)).toMatchObject({ isRunning: false, description: "not running", lastStatus: 1 });
    await manager.start(context);
    expect(orders().at(-1)).toBe(`launchctl kickstart ${target}`);
  });

  it("replaces what another program has loaded under the label", async () => {
    const { context, fake, manager, spec, orders, target, agent, how } = await mac();
    fake.set("loaded", "");
    await install(manager, spec, how, context);
    expect(orders().slice(-2)).toEqual([`launchctl bootout ${target}`, `launchctl bootstrap ${GUI} ${agent}`]);
  });

  it("enables an agent that was disabled", async () => {
    const { context, fake, manager, spec, how } = await mac();
    await install(manager, spec, how, context);
    fake.set("disabled", "");
    expect((await manager.state(context)).isEnabled).toBe(false);
    await install(manager, spec, how, context);
    expect((await manager.state(context)).isEnabled).toBe(true);
  });

  it("leaves nothing of ours, and restores another program's file", async () => {
    const { context, manager, spec, agent, log, how } = await mac();
    mkdirSync(dirname(agent), { recursive: true });
    writeFileSync(agent, "<plist>another's</plist>");
    await expect(install(manager, spec, how, context)).rejects.toMatchObject({ code: "service.foreign" });
    const { kept } = await install(manager, spec, { ...how, replace: true }, context);
    expect(kept).toBe(`${agent}.before-openclaw`);
    writeFileSync(log, "{}\n");
    expect(await uninstall(manager, context)).toEqual({ result: "uninstalled", restored: agent });
    const left = [...filesBelow(context.homedir()).keys()].filter((path) => !path.includes("fake-launchd"));
    expect([left, existsSync(dirname(log))]).toEqual([[agent], false]);
    expect(readFileSync(agent, "utf8")).toBe("<plist>another's</plist>");
  });

  it("keeps other programs' logs in the same folder", async () => {
    const { context, manager, spec, log, how } = await mac();
    await install(manager, spec, how, context);
    writeFileSync(join(dirname(log), "gateway.log"), "another's");
    await uninstall(manager, context);
    expect(readFileSync(join(dirname(log), "gateway.log"), "utf8")).toBe("another's");
    expect(await uninstall(manager, context)).toEqual({ result: "absent" });
  });

  it("uses an agent of its own for a profile", async () => {
    const { context, manager, spec, agent, how } = await mac("work");
    await install(manager, spec, how, context);
    expect(parse(readFileSync(agent, "utf8"))).toMatchObject({
      Label: "ai.openclaw.work",
      ProgramArguments: expect.arrayContaining(["--profile", "work"]),
    });
  });

  it.each(["enable", "bootstrap"])("is quoted when %s fails", async (words) => {
    const { context, fake, manager, spec, how } = await mac();
    fake.refuse(words, 125);
    await expect(install(manager, spec, how, context)).rejects.toMatchObject({
      code: "service.failed",
      says: saying(new RegExp(`^\`launchctl ${words} .*\` failed with status 125: refused: ${words}$`)),
    });
  });

  it("reports an agent that cannot be stopped or does not stop", async () => {
    const { context, fake, manager, spec, how } = await mac();
    await install(manager, spec, how, context);
    fake.refuse("bootout", 1);
    await expect(manager.stop(context)).rejects.toMatchObject({ code: "service.failed" });
    fake.obey();
    fake.refuse("bootout", 36);
    await expect(manager.stop(context)).rejects.toMatchObject({
      says: saying("did not finish in time"),
    });
  });

  it("reports that the folder of the log cannot be created", async () => {
    const { context, manager, spec, log, how } = await mac();
    mkdirSync(dirname(dirname(log)), { recursive: true });
    writeFileSync(dirname(log), "in the way");
    await expect(install(manager, spec, how, context)).rejects.toMatchObject({ code: "file.access" });
  });

  it("returns the variables that launchd gives to every program", async () => {
    const { context, fake, manager } = await mac();
    fake.set("environment", "A=1\nC=x=y\n");
    expect(await manager.environment(["A", "B", "C"], context)).toEqual({ A: "1", C: "x=y" });
  });

  it("gets no secret, neither in the agent nor in an argument", async () => {
    const { context, fake, manager, spec, agent, how } = await mac();
    await install(manager, spec, how, context);
    expect(`${readFileSync(agent, "utf8")}${fake.calls()}`).not.toContain("CANARY");
  });

  it.each([
    ["has no session of the user", {}, /^User 501 has no launchd session\.$/, /^Log in at the screen of this Mac/],
    [
      "is asked under sudo",
      { uid: 0, SUDO_USER: "me" },
      /^A service belongs to one user/,
      /^Run the command without sudo/,
    ],
  ])("is not used where it %s", async (_, { uid, ...more }: { uid?: number; SUDO_USER?: string }, message, hint) => {
    const { context, fake } = await mac();
    fake.refuse(`print ${GUI}`, 125);
    const there: Context = { ...context, ...(uid !== undefined && { uid }), env: { ...context.env, ...more } };
    await expect(findManager({ profile: undefined }, there)).rejects.toMatchObject({
      code: "service.unavailable",
      says: saying(message),
      hint: saying(hint),
    });
  });
});

it("no other system has services that openclaw can install", async () => {
  const context = testContext({ platform: "win32" });
  await expect(findManager({ profile: "work" }, context)).rejects.toMatchObject({
    code: "service.unavailable",
    hint: saying(/^Run the local gateway yourself with `openclaw --profile work gateway run`\.$/),
  });
});
