import { rmSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { doctor, homeWith, type PrintedFinding } from "../support/doctor.ts";
import { configPath, secretsPath } from "../support/home-files.ts";
import { openclaw, temporaryHome } from "../support/program.ts";

const screen = async (home: string, args: readonly string[] = [], columns = 80) => {
  const { stdout } = await openclaw(["doctor", "--offline", ...args], { home, context: { columns: () => columns } });
  return stdout;
};

const sentencesOf = (output: string) =>
  output
    .split("\n")
    .map((line) => line.replace(/^(?:[✖!✔-] | {4})/, "").replace(/ \([\w., -]+\)$/, ""))
    .filter(Boolean);

describe("the doctor's screen", () => {
  it("is one line, and how to see the rest, where nothing is wrong", async () => {
    const output = await screen(await homeWith());
    expect(output).toMatch(
      /^No problems found: \d+ passed, \d+ skipped\.\nTo show every check, run `openclaw doctor --verbose`\.\n$/,
    );
  });

  it("shows everything with --verbose", async () => {
    const home = await homeWith();
    const output = await screen(home, ["--verbose"]);
    const { checks } = await doctor(home);
    for (const { status, message } of checks)
      expect(output.replace(/\n {2}(?=\S)/g, " ")).toContain(`${status === "ok" ? "✔" : "-"} ${message}`);
    expect(output).not.toContain("--verbose");
  });

  it("has room in a window of 24 lines for a new home and for a healthy one", async () => {
    const empty = temporaryHome();
    expect((await screen(empty)).split("\n").length).toBeLessThanOrEqual(10);
    expect((await screen(empty, ["--verbose"])).split("\n").length).toBeLessThanOrEqual(24);
    expect((await screen(await homeWith())).split("\n").length).toBeLessThanOrEqual(24);
  });

  it.each([80, 60, 40])("is wrapped at words in a window of %i columns", async (columns) => {
    const home = await homeWith((config) => {
      config.nonsense = 1;
      config.gateway.prot = 2;
      config.models.providers["cloudflare-ai-gateway"].api = "openai-completions";
    });
    for (const args of [[], ["--verbose"]]) {
      const output = await screen(home, args, columns);
      for (const line of output.split("\n").filter((one) => one.length > columns))
        expect(line.trim()).toMatch(/^(?:[✖!✔-] )?(?:\S+|`[^`]+`[.,]?)$/);
    }
  });

  it("says no sentence twice, and the worst first", async () => {
    const home = await homeWith((config) => {
      config.nonsense = 1;
      config.models.providers["cloudflare-ai-gateway"].odd = 1;
      config.models.providers.other = { baseUrl: "http://127.0.0.1:1/v1" };
      config.models.another = 2;
      config.gateway.auth.token = "0123456789abcdef0123";
    });
    for (const args of [[], ["--verbose"]]) {
      const output = await screen(home, args, 1000);
      const sentences = sentencesOf(output);
      expect(sentences).toEqual([...new Set(sentences)]);
      expect(output).toMatch(/^(?:(?:✖| {4}).*\n)*(?:(?:!| {4}).*\n)*(?:✔.*\n)*(?:-.*\n)*\n/);
    }
  });
});

describe("a check that lacks what it is about", () => {
  const statuses = (checks: readonly PrintedFinding[]) => new Map(checks.map(({ id, status }) => [id, status]));

  it("is skipped in an empty home, and passes nothing", async () => {
    const { checks } = await doctor(temporaryHome());
    const by = (wanted: string) => checks.filter(({ status }) => status === wanted).map(({ id }) => id);
    expect(new Set(by("ok"))).toEqual(new Set(["files.elsewhere", "machine.node", "machine.proxy"]));
    expect(new Set(by("fail"))).toEqual(new Set(["files.present"]));
    for (const id of ["config.syntax", "secrets.syntax", "files.modes", "models.known", "live"])
      expect(by("skipped")).toContain(id);
    expect(checks.find(({ id }) => id === "config.syntax")?.message).toBe(
      "openclaw.json is missing or cannot be read.",
    );
  });

  it.each<[string, (home: string) => void, readonly string[], readonly string[]]>([
    ["no .env", (home) => rmSync(secretsPath(home)), ["secrets.syntax", "secrets.reading"], ["config.syntax"]],
    [
      "a broken openclaw.json",
      (home) => writeFileSync(configPath(home), "{"),
      ["config.schema", "live"],
      ["secrets.syntax"],
    ],
    [
      "no provider",
      (home) => writeFileSync(configPath(home), "{}"),
      ["endpoint.base-url", "endpoint.api", "credentials.token-header", "live"],
      ["config.schema"],
    ],
    [
      "a bad line in .env",
      (home) => writeFileSync(secretsPath(home), "what is this\n"),
      ["variables.source"],
      ["config.schema"],
    ],
  ])("%s", async (_, change, skipped, passed) => {
    const home = await homeWith();
    change(home);
    const found = statuses((await doctor(home)).checks);
    for (const id of skipped) expect([id, found.get(id)]).toEqual([id, "skipped"]);
    for (const id of passed) expect([id, found.get(id)]).toEqual([id, "ok"]);
  });

  it("is none where a line of .env is bad: no variable is said to be missing or unneeded", async () => {
    const home = await homeWith();
    writeFileSync(secretsPath(home), "what is this\n");
    const output = await screen(home, ["--verbose"], 1000);
    expect(output).not.toMatch(/has no value|needs no variables/);
    expect(output).toContain(".env:1");
  });

  it("names the service as what is missing", async () => {
    const { checks } = await doctor(await homeWith());
    expect(statuses(checks).get("variables.this-shell")).toBe("skipped");
  });
});
