import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openclaw, temporaryHome } from "../support/program.ts";

const KEY = "sk-test-0123456789abcdefghij";

/** Names that every object has already. */
const INHERITED = ["__proto__", "constructor", "hasOwnProperty", "toString", "valueOf", "__defineGetter__"];

/** A configuration in which one name stands wherever a person may choose one. */
const configWith = (name: string) => `{
  env: { vars: { "${name}": "x" } },
  models: { providers: { "${name}": {
    baseUrl: "http://127.0.0.1:9/v1", api: "openai-completions", apiKey: "\${OTHER_KEY}",
    headers: { "${name}": "a", "x-ref": { source: "file", provider: "${name}", id: "/${name}" } },
    models: [{ id: "${name}", name: "${name}" }],
  } } },
  secrets: { providers: { "${name}": { source: "file", path: "~/store.json" } } },
  agents: { defaults: { model: { primary: "${name}/${name}" }, models: { "${name}/${name}": { alias: "${name}" } } } },
}`;

function homeWith(name: string): string {
  const home = temporaryHome();
  mkdirSync(join(home, ".openclaw"), { mode: 0o700 });
  const write = (path: string, text: string) => writeFileSync(join(home, path), text, { mode: 0o600 });
  write(".openclaw/openclaw.json", configWith(name));
  write(".openclaw/.env", `OTHER_KEY=${KEY}\n${name}=x\n`);
  write("store.json", `{"${name}":"b"}`);
  return home;
}

describe("a name that every object has already", () => {
  const COMMANDS = [
    ["models", "list", "--json"],
    ["models", "list", "--provider"],
    ["models", "refresh", "--provider"],
    ["doctor", "--offline", "--json"],
    ["gateway", "status", "--json"],
    ["undo", "--dry-run"],
    ["onboard", "--auth-choice", "cloudflare-ai-gateway-api-key", "--non-interactive", "--dry-run", "--model"],
  ];

  it.each(INHERITED)("is a name like any other: %s", async (name) => {
    const run = async (called: string) => {
      const home = homeWith(called);
      const all = [];
      for (const command of COMMANDS) {
        const takesName = ["--provider", "--model"].includes(command.at(-1) ?? "");
        const args = takesName ? [...command, called] : command;
        const { status, stdout, stderr } = await openclaw(args, { home });
        // Columns are as wide as the longest name, and variables are called after a provider.
        const text = (stdout + stderr).replaceAll(home, "HOME").replaceAll(called, "NAME").replace(/[ -]+/g, " ");
        all.push([command.join(" "), status, text.replace(/\b[A-Z_]+_API_KEY\b|\d+/g, "")]);
      }
      return all;
    };
    expect(await run(name)).toEqual(await run("ordinary"));
  });
});

it("no plain object is keyed by assignment with words of others, in the whole tree", () => {
  const src = join(import.meta.dirname, "../../src");
  const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  const keyed = files.flatMap((file) => {
    const text = readFileSync(join(src, file), "utf8");
    // What is assigned to under a name that stands in a variable: `answers[field.id] = …`.
    const names = [...text.matchAll(/^\s*(?:.* )?([\w.#]+)\[([^\]\d"'`-][^\]]*)\] = /gm)];
    return names.map(([, object, key]) => `${file}: ${object}[${key}]`);
  });
  // Ids of fields, which providers declare, variables that a service is asked for, and numbers: in the files of counts and bytes, all.
  const OUR_OWN =
    /\[(?:id|index|field\.id|\w+\.length - 1|index % 4)\]$|^service\/launchd\.ts: found\[name\]$|^commands\/flag-answers\.ts: |^(?:core\/json-lines|server\/metrics-count(?:er|s)|usage\/(?:durations|member-scanner))\.ts: /;
  expect(keyed.filter((found) => !OUR_OWN.test(found))).toEqual([]);
});
