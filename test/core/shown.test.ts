import { describe, expect, it } from "vitest";
import { shownTo, withoutAnyHome } from "../../src/core/shown.ts";
import { en } from "../../src/text/en/index.ts";
import { shownTexts } from "../../src/text/shown-texts.ts";

const shownAs = (program: string, profile?: string, home: string | undefined = "/home/me") =>
  shownTo({
    program: (folder) => (folder === undefined ? program : `node ${folder}/x.cjs`),
    profile: () => profile,
    home: () => home,
  });

describe("a command in backticks", () => {
  it.each([
    ["openclaw", undefined, "Run `openclaw doctor`.", "Run `openclaw doctor`."],
    ["node bin/openclaw.cjs", undefined, "Run `openclaw doctor`.", "Run `node bin/openclaw.cjs doctor`."],
    ["npx openclaw", "work", "Run `openclaw doctor`.", "Run `npx openclaw --profile work doctor`."],
    ["openclaw", "work", "Run `openclaw --profile x doctor`.", "Run `openclaw --profile x doctor`."],
    ["npx openclaw", "work", "`openclaw --profile x doctor`", "`npx openclaw --profile x doctor`"],
    ["node x.cjs", undefined, "`openclaw a` or `openclaw b`", "`node x.cjs a` or `node x.cjs b`"],
    [
      "node x.cjs",
      "work",
      '`eval "$(openclaw gateway env)" && claude`',
      '`eval "$(node x.cjs --profile work gateway env)" && claude`',
    ],
    ["node x.cjs", undefined, "`cd a && openclaw b`", "`cd a && node x.cjs b`"],
    ["node x.cjs", undefined, '`EDITOR="code --wait" openclaw a`', '`EDITOR="code --wait" node x.cjs a`'],
    ["node x.cjs", "w", "`A=1 B_2= openclaw a`", "`A=1 B_2= node x.cjs --profile w a`"],
    ["node $&.cjs", undefined, "`openclaw a`", "`node $&.cjs a`"],
    ["node x.cjs", "w", "Pass:\n  openclaw onboard --a", "Pass:\n  node x.cjs --profile w onboard --a"],
    ["node x.cjs", undefined, "openclaw 1.0 is not `openclaw`", "openclaw 1.0 is not `openclaw`"],
    ["node x.cjs", undefined, "`journalctl --user -u openclaw -e`", "`journalctl --user -u openclaw -e`"],
  ])("as %s, profile %s: %s", (program, profile, text, expected) => {
    const shown = shownAs(program, profile);
    expect(shown.text(text)).toBe(expected);
    expect(shown.text(shown.text(text))).toBe(expected);
  });

  it("stands in tables without them", () => {
    expect(shownAs("node /home/me/oc/bin/openclaw.cjs", "work").command("gateway run")).toBe(
      "node ~/oc/bin/openclaw.cjs --profile work gateway run",
    );
  });
});

describe("a command for another folder", () => {
  it.each([
    ["work", "/home/me/gw", "node ~/gw/x.cjs --profile work doctor"],
    [undefined, "/srv/gw", "node /srv/gw/x.cjs doctor"],
  ])("is as it is typed there (profile %s, %s)", (profile, folder, expected) => {
    expect(shownAs("node bin/openclaw.cjs", profile).commandIn(folder, "doctor")).toBe(expected);
  });
});

describe("the home folder", () => {
  it.each([
    ["/home/me/.openclaw/.env: x", "~/.openclaw/.env: x"],
    ["Cannot read /home/me.", "Cannot read ~."],
    ["/home/me/a:3:4, /home/me/b", "~/a:3:4, ~/b"],
    ['"/home/me/a" (/home/me)', '"~/a" (~)'],
    ["在 /home/me/a。", "在 ~/a。"],
    ["--file=/home/me/a", "--file=~/a"],
    ["\u001b[31m/home/me/a\u001b[39m", "\u001b[31m~/a\u001b[39m"],
    ["/home/melissa, /home/me-too, /home/me.bak, /mnt/home/me, ./home/me", undefined],
    ["https://example.com/home/me and file:///home/me/a", undefined],
    // A shell reads these: `~` in quotes or behind a sign is no home folder there.
    ["Run `chmod 600 /home/me/.env`.", "Run `chmod 600 ~/.env`."],
    ["Run `chmod 600 '/home/me/a b'`.", "Run `chmod 600 ~/'a b'`."],
    ['Run `rm "/home/me/a b"`.', 'Run `rm ~/"a b"`.'],
    ["Run `x --file=/home/me/a`.", undefined],
    ['`eval "$(/home/me/n gateway env)"`', '`eval "$(~/n gateway env)"`'],
  ])("%s", (text, expected = text) => {
    expect(shownAs("openclaw").text(text)).toBe(expected);
  });

  it.each([
    ["Run `rm /home/a\\ b/x\\ y`.", "Run `rm ~/x\\ y`."],
    ["Run `rm '/home/a b/x y'`.", "Run `rm ~/'x y'`."],
    ["Run `rm /home/a\\ b\\ c/x`.", undefined],
    ["Cannot read /home/a b/x.", "Cannot read ~/x."],
  ])("with a blank: %s", (text, expected = text) => {
    expect(shownAs("openclaw", undefined, "/home/a b").text(text)).toBe(expected);
  });

  it.each([
    ["file:///home/me/a and x/home/me: `x --file=/home/me/a`", "file://~/a and x~: `x --file=~/a`"],
    ["Cannot read /home/me.", "Cannot read ~."],
    ["/home/melissa, /home/me-too, /home/me.bak", undefined],
  ])("is nowhere in what may be published: %s", (text, expected = text) => {
    expect(withoutAnyHome(text, "/home/me")).toBe(expected);
  });

  it.each([undefined, "/", ""])("is not looked for if it is %s", (home) => {
    expect(shownTo({ program: () => "openclaw", profile: () => undefined, home: () => home }).text("/a/b")).toBe(
      "/a/b",
    );
  });
});

describe("texts", () => {
  const texts = shownTexts(en, shownAs("npx openclaw", "work").text);

  it("are shown wherever they stand", () => {
    expect(texts.commands.usage.seeHelp("openclaw doctor")).toContain("`npx openclaw --profile work doctor --help`");
    expect(texts.core.cannot.read({ path: "/home/me/a", reason: "no" })).toBe("Cannot read ~/a: no.");
    expect({ ...texts.commands.summaries }).toEqual(en.commands.summaries);
    expect(Object.keys(texts)).toEqual(Object.keys(en));
  });

  it("stay as they are for programs", () => {
    expect(en.core.cannot.read({ path: "/home/me/a", reason: "no" })).toBe("Cannot read /home/me/a: no.");
  });
});
