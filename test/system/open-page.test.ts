import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, expect, it } from "vitest";
import { pageOpener } from "../../src/system/open-page.ts";
import { CANARY_KEY, temporaryHome } from "../support/program.ts";

const URL = "https://dash.cloudflare.com/?to=/:account/ai/ai-gateway";

/** A folder with a browser's starter of that name, which writes down how it was started. */
function withOpener(name: string): string {
  const folder = temporaryHome();
  const file = join(folder, name);
  writeFileSync(
    file,
    `#!/bin/sh\n{ printf '%s\\n' "$@"; env; } > "${folder}/part"; mv "${folder}/part" "${folder}/seen"\n`,
  );
  chmodSync(file, 0o755);
  return folder;
}

const path = (folder: string) => `${folder}${delimiter}${process.env.PATH}`;

describe("a page", () => {
  it("is opened with its address alone, and without secrets in the environment", async () => {
    const folder = withOpener("xdg-open");
    const env = { PATH: path(folder), DISPLAY: ":0", ANTHROPIC_API_KEY: CANARY_KEY, LANG: "C" };
    pageOpener({ env, platform: "linux" })?.(URL);
    await expect.poll(() => existsSync(join(folder, "seen"))).toBe(true);
    const seen = readFileSync(join(folder, "seen"), "utf8");
    expect(seen.split("\n")[0]).toBe(URL);
    expect(seen).toContain("LANG=C");
    expect(seen).not.toContain("CANARY");
  });

  it.each<[string, NodeJS.Platform, string, Record<string, string>, boolean]>([
    ["Wayland", "linux", "xdg-open", { WAYLAND_DISPLAY: "wayland-0" }, true],
    ["macOS", "darwin", "open", {}, true],
    ["no graphical session", "linux", "xdg-open", {}, false],
    ["a session from far away", "linux", "xdg-open", { DISPLAY: ":10", SSH_CONNECTION: "1 2 3 4" }, false],
    ["macOS from far away", "darwin", "open", { SSH_CONNECTION: "1 2 3 4" }, false],
    ["CI", "linux", "xdg-open", { DISPLAY: ":99", CI: "true" }, false],
    ["another platform", "win32", "open", { DISPLAY: ":0" }, false],
  ])("can be opened with %s: %s %s %o %s", (_, platform, name, env, wanted) => {
    const PATH = path(withOpener(name));
    expect(pageOpener({ env: { ...env, PATH }, platform }) !== undefined).toBe(wanted);
  });

  it("is not offered where nothing can open it", () => {
    expect(pageOpener({ env: { DISPLAY: ":0", PATH: temporaryHome() }, platform: "linux" })).toBeUndefined();
    expect(pageOpener({ env: { DISPLAY: ":0" }, platform: "linux" })).toBeUndefined();
  });
});
