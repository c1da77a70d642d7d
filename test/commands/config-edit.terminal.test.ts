import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Context } from "../../src/core/context.ts";
import { configHome } from "../support/config-home.ts";
import { configPath } from "../support/home-files.ts";
import { CANARY_TOKEN } from "../support/program.ts";
import { describeInTerminal, openTerminal, openTerminalProcess } from "../support/terminal.ts";

const TEXT = `{
  gateway: {
    port: 18789, // mine
    auth: { token: "${CANARY_TOKEN}" },
  },
}
`;

const beside = (home: string) =>
  readdirSync(join(home, ".openclaw")).filter((name) => !/^openclaw\.json(?:\.bak)?$/.test(name));

/** An editor that makes of the text what each of these does, one a time. */
function editing(...edits: readonly ((text: string) => string)[]) {
  const opened: { args: readonly string[]; modes: readonly number[] }[] = [];
  const runInTerminal: Context["runInTerminal"] = async (_, args) => {
    const file = args.at(-1) ?? "";
    opened.push({ args, modes: [dirname(file), file].map((one) => statSync(one).mode & 0o777) });
    const edit = edits[opened.length - 1];
    if (edit === undefined) return { status: 1, stdout: "" };
    writeFileSync(file, edit(readFileSync(file, "utf8")));
    return { status: 0, stdout: "" };
  };
  return { opened, context: { runInTerminal } };
}

const to =
  (port: string) =>
  (text: string): string =>
    text.replace(/port: [^,]*/, `port: ${port}`);

describe("config edit", () => {
  it("hands a private copy to the editor with its arguments, and replaces the file", async () => {
    const { home, text } = configHome(TEXT);
    const { opened, context } = editing(to("21000"));
    const terminal = openTerminal(["config", "edit"], { home, context, env: { VISUAL: "code --wait", EDITOR: "vi" } });
    expect(await terminal.exit).toMatchObject({ status: 0 });
    expect(opened).toEqual([
      {
        args: ["-c", 'trap : INT; code --wait "$@"', "code --wait", expect.stringMatching(/openclaw\.json$/)],
        modes: [0o700, 0o600],
      },
    ]);
    expect(text()).toBe(TEXT.replace("18789", "21000"));
    expect(terminal.screen()).toContain("+    port: 21000, // mine");
    expect(terminal.screen()).not.toContain("CANARY");
    expect(readFileSync(`${configPath(home)}.bak`, "utf8")).toBe(TEXT);
    expect(beside(home)).toEqual([".openclaw.json.undo"]);
  });

  it.each([
    ["syntax", (text: string) => text.slice(0, -3), /openclaw\.json:\d+:\d+: Expected/],
    ["a value", to("'x'"), "openclaw.json:3:5: gateway.port must be"],
    ["a misspelt key", (text: string) => text.replace("port", "prot"), "Did you mean `gateway.port`?"],
  ])("goes back into the editor on a mistake: %s", async (_, mistake, sentence) => {
    const { home, text } = configHome(TEXT);
    const { opened, context } = editing(mistake, () => TEXT.replace("18789", "21000"));
    const terminal = openTerminal(["config", "edit"], { home, context });
    await terminal.waitFor(sentence);
    await terminal.waitFor("Open the editor again?");
    expect(text()).toBe(TEXT);
    terminal.press("enter");
    expect(await terminal.exit).toMatchObject({ status: 0 });
    expect(opened).toHaveLength(2);
    expect(text()).toBe(TEXT.replace("18789", "21000"));
  });

  it.each<[string, "ctrl-c" | "no", number]>([
    ["No", "no", 130],
    ["Ctrl-C", "ctrl-c", 130],
  ])("keeps the text of who leaves with %s, and changes nothing", async (_, how, status) => {
    const { home, text } = configHome(TEXT);
    const { context } = editing(to("'x'"));
    const terminal = openTerminal(["config", "edit"], { home, context });
    await terminal.waitFor("Open the editor again?");
    if (how === "no") {
      terminal.type("n");
      terminal.press("enter");
    } else terminal.press("ctrl-c");
    expect(await terminal.exit).toMatchObject({ status });
    expect(text()).toBe(TEXT);
    const kept = `${configPath(home)}.rejected`;
    expect(readFileSync(kept, "utf8")).toBe(to("'x'")(TEXT));
    expect(statSync(kept).mode & 0o777).toBe(0o600);
    expect(terminal.screen()).toContain("openclaw.json.rejected");
    expect(beside(home)).toEqual(["openclaw.json.rejected"]);
  });

  it("changes nothing where the text is the same, the editor fails, or with --dry-run", async () => {
    const { home, text } = configHome(TEXT);
    const same = openTerminal(["config", "edit"], { home, ...editing((one) => one) });
    expect(await same.exit).toMatchObject({ status: 0 });
    expect(same.screen()).toContain("unchanged");
    const failed = openTerminal(["config", "edit"], { home, ...editing() });
    expect(await failed.exit).toMatchObject({ status: 1 });
    expect(failed.screen()).toContain("ended with status 1");
    const dry = openTerminal(["config", "edit", "--dry-run"], { home, ...editing(to("21000")) });
    expect(await dry.exit).toMatchObject({ status: 0 });
    expect(dry.screen()).toContain("+    port: 21000");
    expect(text()).toBe(TEXT);
    expect(beside(home)).toEqual([]);
  });

  it("mends a configuration that does not parse, and makes one that is not there", async () => {
    const broken = configHome("{ gateway: ");
    const mended = openTerminal(["config", "edit"], { home: broken.home, ...editing(() => "{}\n") });
    expect(await mended.exit).toMatchObject({ status: 0 });
    expect(broken.text()).toBe("{}\n");
    const none = configHome();
    const made = openTerminal(["config", "edit"], { home: none.home, ...editing(() => "{ gateway: { port: 1 } }\n") });
    expect(await made.exit).toMatchObject({ status: 0 });
    expect(none.text()).toBe("{ gateway: { port: 1 } }\n");
  });

  it("overwrites nothing that another program wrote meanwhile", async () => {
    const { home, text, write } = configHome(TEXT);
    const { context } = editing((one) => {
      write("{ other: 1 }\n");
      return to("21000")(one);
    });
    const terminal = openTerminal(["config", "edit"], { home, context });
    expect(await terminal.exit).toMatchObject({ status: 1 });
    expect(text()).toBe("{ other: 1 }\n");
    expect(readFileSync(`${configPath(home)}.rejected`, "utf8")).toContain("21000");
  });

  it("recovers the text of an edit whose terminal was closed", async () => {
    const { home } = configHome(TEXT);
    const folder = join(home, ".openclaw", ".openclaw-edit-999999999-abcd");
    mkdirSync(folder);
    writeFileSync(join(folder, "openclaw.json"), "{ half: 1 ");
    const terminal = openTerminal(["config", "edit"], { home, ...editing((one) => one) });
    expect(await terminal.exit).toMatchObject({ status: 0 });
    expect(existsSync(folder)).toBe(false);
    expect(readFileSync(`${configPath(home)}.rejected`, "utf8")).toBe("{ half: 1 ");
  });

  it("starts again after an editor that left a folder, and follows no link from there", async () => {
    const { home } = configHome(TEXT);
    const folder = join(home, ".openclaw", ".openclaw-edit-999999999-abcd");
    mkdirSync(join(folder, "openclaw.json", "below"), { recursive: true });
    const others = join(home, "others");
    mkdirSync(others);
    writeFileSync(join(others, "file"), "");
    symlinkSync(others, join(folder, "openclaw.json", "below", "link"));
    const terminal = openTerminal(["config", "edit"], { home, ...editing((one) => one) });
    expect(await terminal.exit).toMatchObject({ status: 0 });
    expect(existsSync(folder)).toBe(false);
    expect(existsSync(join(others, "file"))).toBe(true);
  });

  it("asks for a terminal, and prints one document without", async () => {
    const { config, home } = configHome(TEXT);
    expect(await config("edit")).toMatchObject({ status: 2, stdout: "" });
    expect(JSON.parse((await config("edit", "--json")).stdout)).toMatchObject({
      ok: false,
      error: { code: "terminal.required" },
    });
    const terminal = openTerminal(["config", "edit", "--json"], { home, ...editing(to("21000")) });
    expect(await terminal.exit).toMatchObject({ status: 0 });
    expect(terminal.screen()).toContain('"changed": true');
  });

  it("is refused where the configuration is read-only", async () => {
    const { home } = configHome(TEXT);
    const terminal = openTerminal(["config", "edit"], { home, env: { OPENCLAW_NIX_MODE: "1" }, ...editing() });
    expect(await terminal.exit).toMatchObject({ status: 1 });
    expect(terminal.screen()).toContain("read-only");
  });

  it("speaks Chinese on the way back into the editor", async () => {
    const { home, text } = configHome(TEXT);
    const { context } = editing(to("'x'"), to("21000"));
    const terminal = openTerminal(["config", "edit"], { home, context, env: { OPENCLAW_LANG: "zh-TW" }, columns: 40 });
    await terminal.waitFor("要再次開啟編輯器嗎？");
    expect(terminal.screen()).toMatch(/無法.*使用：/);
    terminal.press("enter");
    expect(await terminal.exit).toMatchObject({ status: 0 });
    expect(terminal.screen()).toContain("已寫入");
    expect(text()).toContain("21000");
  });
});

describeInTerminal("config edit in a real terminal", () => {
  /** A program that is an editor: it needs the terminal, and its arguments. */
  function editorAt(home: string, script: string): string {
    const file = join(home, "my editor");
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
    return `'${file}' --wait`;
  }

  it("gives the terminal to the editor, Ctrl-C included, and takes it back", async () => {
    const { home, text } = configHome(TEXT);
    const script = `caught=; trap 'caught=1' INT; printf 'EDITING %s\\n' "$1"; while [ -z "$caught" ]; do sleep 0.05; done
sed 's/18789/none/' "$2" > "$2.new" && mv "$2.new" "$2"
grep -q ': none' "$2" && [ -e "${home}/again" ] && sed 's/none/21000/' "$2" > "$2.new" && mv "$2.new" "$2"
touch "${home}/again"`;
    const terminal = openTerminalProcess(["config", "edit"], { home, env: { EDITOR: editorAt(home, script) } });
    await terminal.waitFor("EDITING --wait");
    terminal.press("ctrl-c");
    await terminal.waitFor("Open the editor again?");
    terminal.press("enter");
    await terminal.waitFor(/EDITING --wait[\s\S]*EDITING --wait/);
    terminal.press("ctrl-c");
    expect(await terminal.exit).toMatchObject({ status: 0 });
    expect(text()).toBe(TEXT.replace("18789", "21000"));
    expect(beside(home)).toEqual([".openclaw.json.undo"]);
  });

  it("says how to name an editor where there is none", async () => {
    const { home, text } = configHome(TEXT);
    const terminal = openTerminalProcess(["config", "edit"], { home, env: { EDITOR: "no-such-editor -x" } });
    expect(await terminal.exit).toMatchObject({ status: 1 });
    expect(terminal.screen()).toContain("The editor `no-such-editor -x` does not start.");
    expect(terminal.screen()).toContain("Set EDITOR");
    expect(text()).toBe(TEXT);
    expect(beside(home)).toEqual([]);
  });

  it("reveals secrets on the screen only", async () => {
    const { home } = configHome(TEXT);
    const terminal = openTerminalProcess(["config", "get", "gateway.auth.token", "--reveal"], { home });
    expect(await terminal.exit).toMatchObject({ status: 0 });
    expect(terminal.screen()).toContain(CANARY_TOKEN);
    const masked = openTerminalProcess(["config", "get", "gateway"], { home, columns: 40 });
    expect(await masked.exit).toMatchObject({ status: 0 });
    expect(masked.screen()).not.toContain("CANARY");
  });
});
