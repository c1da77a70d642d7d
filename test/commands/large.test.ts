import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import JSON5 from "json5";
import { describe, expect, it, vi } from "vitest";
import { DOCUMENTED, openclaw, temporaryHome } from "../support/program.ts";

const MODELS = 2_000;

const entries = (of: (index: number) => string) => Array.from({ length: MODELS }, (_, index) => of(index));

/** Each in a spelling that only json5 reads. */
const CONFIGURATIONS: readonly (readonly [name: string, text: string])[] = [
  [
    "a long list of allowed models",
    `// mine\n{ agents: { defaults: { models: {\n${entries((at) => `  "other/m${at}": {},\n`).join("")}} } } }\n`,
  ],
  [
    "a long list of models of one provider",
    `{ models: { providers: { other: { baseUrl: 'https://x.example', api: 'openai-completions', models: [\n${entries(
      (at) => `  { id: 'm${at}', name: 'M' }, // ${at}\n`,
    ).join("")}] } } } }\n`,
  ],
  ["nothing but comments", `{\n${entries((at) => `  // ${at} { [ "\n`).join("")}}\n`],
];

function homeWith(text: string): { home: string; path: string } {
  const home = temporaryHome();
  const path = join(home, ".openclaw", "openclaw.json");
  mkdirSync(join(home, ".openclaw"), { mode: 0o700 });
  writeFileSync(path, text, { mode: 0o600 });
  return { home, path };
}

/** How often json5 reads a text as long as the whole file. */
async function readings(text: string, args: readonly string[], home: string): Promise<number> {
  const parse = vi.spyOn(JSON5, "parse");
  try {
    const { status, stderr } = await openclaw(args, { home });
    expect(status, stderr).toBe(0);
    return parse.mock.calls.filter(([read]) => read.length >= text.length).length;
  } finally {
    parse.mockRestore();
  }
}

describe("a large configuration", () => {
  it.each(CONFIGURATIONS)("is read once and checked once, however many values are set: %s", async (_, text) => {
    const { home, path } = homeWith(text);
    expect(await readings(text, DOCUMENTED, home)).toBe(2);
    const edited = readFileSync(path, "utf8");
    const lines = edited.split("\n");
    for (const line of text.split("\n").slice(1, -2)) if (!lines.includes(line)) expect(lines).toContain(line);
    expect(JSON5.parse(edited).wizard.lastRunCommand).toBe("onboard");
  });
});

describe("a large configuration in plain JSON", () => {
  it("never needs json5", async () => {
    const models = Object.fromEntries(entries((at) => `other/[m${at}{`).map((ref) => [ref, {}]));
    const text = JSON.stringify({ agents: { defaults: { models } } }, null, 2);
    const { home } = homeWith(text);
    expect(await readings(text, DOCUMENTED, home)).toBe(0);
  });
});
