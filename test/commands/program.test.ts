import { type Command, Option } from "commander";
import { describe, expect, it } from "vitest";
import { createProgram } from "../../src/commands/program.ts";
import { shownTo } from "../../src/core/shown.ts";
import { openclaw, temporaryHome } from "../support/program.ts";
import { testContext } from "../support/real-context.ts";
import { saying } from "../support/saying.ts";

const ABOUT = { version: "1.2.3", node: "v20.19.0", platform: "linux" };

describe("a usage error", () => {
  it.each([
    ["a command", ["modles"], 'Unknown command "modles".\nDid you mean `models`?\n'],
    ["a sub-command", ["models", "lisst"], 'Unknown command "lisst".\nDid you mean `list`?\n'],
    ...(
      [
        ["logs", "`openclaw gateway logs`"],
        ["install", "`openclaw gateway install`"],
        ["status", "`openclaw gateway status` or `openclaw models status`"],
        ["configure", "`openclaw onboard`"],
        ["reset", "`openclaw onboard --reset` or `openclaw uninstall`"],
        ["gateway usage", "`openclaw usage`"],
        ["models use", "`openclaw models set`"],
      ] as const
    ).map(([line, meant]): [string, string[], string] => {
      const words = line.split(" ");
      return [`the command ${line}`, words, `Unknown command "${words.at(-1)}".\nDid you mean ${meant}?\n`];
    }),
    ["a command like no other", ["frobnicate"], 'Unknown command "frobnicate".\nFor help, run `openclaw --help`.\n'],
    ["a flag", ["models", "list", "--jsn"], "Unknown flag --jsn.\nDid you mean `--json`?\n"],
    ["a flag of the root", ["models", "list", "--profil", "x"], "Unknown flag --profil.\nDid you mean `--profile`?\n"],
    ...(
      [
        ["onboard", "base-url", ["cloudflare-ai-gateway-base-url"]],
        ["onboard", "endpoint", ["cloudflare-ai-gateway-endpoint"]],
        ["onboard", "url", ["cloudflare-ai-gateway-base-url", "remote-url"]],
        ["onboard", "api-key", ["cloudflare-ai-gateway-api-key", "cloudflare-ai-gateway-openai-api-key"]],
        ["onboard", "Anthropic-API-Key", ["cloudflare-ai-gateway-api-key"]],
        ["onboard", "custom-base-url", ["cloudflare-ai-gateway-base-url"]],
        ["onboard", "gateway-password", ["gateway-token"]],
        ["onboard", "custom-model-id", ["model"]],
        ["onboard", "my-account-id", ["cloudflare-ai-gateway-account-id"]],
        [
          "onboard",
          "cf-token",
          ["cloudflare-ai-gateway-token", "cloudflare-api-token", "gateway-token", "remote-token"],
        ],
        ["onboard", "constructor", []],
        // More than four end with it.
        ["onboard", "file", []],
        ["gateway logs", "tail", ["lines"]],
        ["gateway top", "window", ["period"]],
        ["usage", "days", ["since"]],
        ["usage", "format", ["json", "csv"]],
        ["usage", "provider", ["by"]],
        ["undo", "provider", []],
        ["doctor", "limit", []],
      ] as const
    ).map(([command, flag, meant]): [string, string[], string] => {
      const words = meant
        .map((one) => `\`--${one}\``)
        .join(", ")
        .replace(/, ([^,]*)$/, " or $1");
      const hint = words === "" ? `For help, run \`openclaw ${command} --help\`.` : `Did you mean ${words}?`;
      return [`--${flag} of ${command}`, [...command.split(" "), `--${flag}`], `Unknown flag --${flag}.\n${hint}\n`];
    }),
    [
      "a flag like no other, whose value is not repeated",
      ["models", "list", "--frobnicate=secret"],
      "Unknown flag --frobnicate.\nFor help, run `openclaw models list --help`.\n",
    ],
    ...[
      ["undo", "--yes=1"],
      ["models", "list", "--no-color=1"],
      ["gateway", "logs", "--follow=s3cret"],
    ].map((args): [string, string[], string] => {
      const flag = args.at(-1)?.replace(/=.*/, "");
      const path = args.slice(0, -1).join(" ");
      return [`a value of ${flag}`, args, `${flag} takes no value.\nFor help, run \`openclaw ${path} --help\`.\n`];
    }),
    ["an argument", ["undo", "now"], 'Unexpected argument "now".\nFor help, run `openclaw undo --help`.\n'],
    [
      "a flag without its value",
      ["--profile"],
      "The value of --profile <name> is missing.\nFor help, run `openclaw --help`.\n",
    ],
    [
      "a value that is none of the choices",
      ["doctor", "--verify", "all"],
      'Invalid value "all" for --verify.\nUse models or message.\n',
    ],
    [
      "flags that exclude each other",
      ["doctor", "--offline", "--verify", "message"],
      "--verify cannot be combined with --offline.\nFor help, run `openclaw doctor --help`.\n",
    ],
  ])("names %s and says what to do", async (_, args, expected) => {
    const home = temporaryHome();
    expect(await openclaw(args, { home })).toEqual({ status: 2, stdout: "", stderr: `openclaw: ${expected}` });
    // Not where it would be the value of a flag.
    const withJson = args.at(-1) === "--profile" ? ["--json", ...args] : [...args, "--json"];
    const { status, stdout } = await openclaw(withJson, { home });
    expect(status).toBe(2);
    const { error } = JSON.parse(stdout);
    expect(`${error.message}\n${error.hint}\n`).toBe(expected);
  });

  // No command of ours has any of these yet; commander calls the same methods.
  it.each([
    ["usage.missing", "The argument <what> is missing.", (command: Command) => command.argument("<what>"), []],
    [
      "usage.missing",
      "The flag --must <it> is missing.",
      (command: Command) => command.requiredOption("--must <it>"),
      [],
    ],
    [
      "usage.unknown",
      'Unexpected argument "c".',
      (command: Command) => command.argument("<a>").argument("<b>"),
      ["a", "b", "c"],
    ],
    [
      "usage.conflict",
      "--one cannot be combined with --two.",
      (command: Command) => command.option("--two").addOption(new Option("--one").conflicts("two")),
      ["--one", "--two"],
    ],
  ])("%s: %s", async (code, message, declare, args) => {
    const program = await createProgram([], {
      about: ABOUT,
      context: testContext(),
      providers: async () => [],
      endWith: () => {},
      shown: shownTo({ program: () => "openclaw", profile: () => undefined, home: () => undefined }),
    });
    declare(program.command("new")).action(() => {});
    await expect(program.parseAsync(["new", ...args], { from: "user" })).rejects.toMatchObject({
      code,
      says: saying(message),
    });
  });

  it("prints the help of a command that has only sub-commands, with the status of wrong usage", async () => {
    const { status, stdout, stderr } = await openclaw(["gateway"], { home: temporaryHome() });
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(/^Usage: openclaw gateway <command> \[flags\]\n/);
  });
});

describe("the help", () => {
  it("lists the commands", async () => {
    const home = temporaryHome();
    const help = await openclaw(["--help"], { home });
    expect(help).toMatchObject({ status: 0, stderr: "" });
    expect(help.stdout).toMatch(/^Usage: openclaw <command> \[flags\]\n/);
    for (const name of ["onboard", "models", "gateway", "doctor", "undo", "help"]) {
      expect(help.stdout).toMatch(new RegExp(`^  ${name} +[a-z]`, "m"));
    }
    expect(await openclaw(["help"], { home })).toEqual(help);
  });

  it("names the values and the default of a flag", async () => {
    const { stdout } = await openclaw(["onboard", "--help"], { home: temporaryHome() });
    expect(stdout.replace(/\s+/g, " ")).toContain("(plaintext, ref); default: plaintext");
  });
});

describe("advice", () => {
  const ENDPOINTS = "cloudflare-ai-gateway, cloudflare-ai-gateway-workers-ai, cloudflare-ai-gateway-openai";

  it.each([
    [["--profile", "work"], "openclaw --profile work onboard"],
    [["--dev"], "openclaw --profile dev onboard"],
    [[], "openclaw onboard"],
  ])("names the profile in use, %j, and is printed once for all it is about", async (flags, command) => {
    const home = temporaryHome();
    expect(await openclaw([...flags, "models", "refresh"], { home })).toEqual({
      status: 1,
      stdout: "",
      stderr: `openclaw: No provider is ready to list its models.\n  ${ENDPOINTS}: Not set up yet. Run \`${command}\`.\n`,
    });
    const { stderr } = await openclaw([...flags, "models", "list"], { home });
    expect(stderr).toBe(`No provider is set up yet. Run \`${command}\`.\n`);
    const { stdout } = await openclaw([...flags, "doctor", "--offline"], { home });
    expect(stdout.split(`Run \`${command}\`.`)).toHaveLength(2);
  });

  it("after onboarding is for the profile as well", async () => {
    const args = ["--profile", "work", "onboard", "--non-interactive", "--auth-choice", "skip"];
    expect((await openclaw(args, { home: temporaryHome() })).stdout).toContain("\n  openclaw --profile work doctor ");
  });
});
