import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { pages } from "../scripts/docs/pages.ts";
import { CLIENT_IDS } from "../src/clients/client.ts";
import { CLIENTS } from "../src/clients/registry.ts";
import { isWritable } from "../src/clients/write-client.ts";
import { EXIT } from "../src/core/errors.ts";
import { DIAGNOSIS_CODES } from "../src/providers/cloudflare-ai-gateway/diagnose.ts";
import { needOf } from "../src/providers/provider.ts";
import { PROVIDERS } from "../src/providers/registry.ts";
import { METRICS } from "../src/server/metrics-table.ts";
import { en } from "../src/text/en/index.ts";
import { COLUMNS, columnOf } from "../src/usage/data-point.ts";
import { faultsIn } from "./support/chinese.ts";

const root = join(import.meta.dirname, "..");
const read = (path: string) => readFileSync(join(root, path), "utf8");

/** The rows of a page's tables, as cells. */
const rows = (page: string) =>
  read(page)
    .split("\n")
    .filter((line) => line.startsWith("| ") && !/^\| -/.test(line))
    .map((line) =>
      line
        .slice(2, -2)
        .split(" | ")
        .map((cell) => cell.trim()),
    );

/** What stands in a cell as code. */
const codesIn = (cell: string): readonly string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);

/** The words of the tables, by the folder of a language's pages. */
const LANGUAGES = [
  {
    folder: "docs",
    protocols: {
      "anthropic-messages": "Messages",
      "openai-responses": "Responses",
      "openai-completions": "chat completions",
    },
    means: { variables: "variables", file: "a file" },
    comma: ", ",
    yesOrNo: ["yes", "no"],
    asked: { always: "always", advanced: "advanced", never: "never" },
  },
  {
    folder: "docs/zh-TW",
    protocols: {
      "anthropic-messages": "Messages",
      "openai-responses": "Responses",
      "openai-completions": "Chat Completions",
    },
    means: { variables: "變數", file: "檔案" },
    comma: "、",
    yesOrNo: ["是", "否"],
    asked: { always: "一律", advanced: "進階", never: "不詢問" },
  },
] as const;

/** Parts that are the same in a page of each language; the program speaks its own in a block of text. */
function skeleton(page: string) {
  const text = read(page);
  const all = [...text.matchAll(/^```\w*\n[\s\S]*?^```/gm)].map(([block]) => block);
  const blocks = all
    .filter((block) => !block.startsWith("```text"))
    .map((block) => block.replace(/ *(?:# |\/\/ ).*$/gm, ""));
  const prose = text.replace(/^```\w*\n[\s\S]*?^```/gm, "");
  const count = (pattern: RegExp) => prose.match(pattern)?.length ?? 0;
  return {
    headings: (prose.match(/^#+(?= )/gm) ?? []).join(" "),
    blocks,
    code: [...new Set(prose.match(/`[^`\n]+`/g))].sort(),
    rows: count(/^\|/gm),
    items: count(/^- /gm),
  };
}

describe("the documentation says what the code says", () => {
  it("printed docs equal the files: `npm run docs` writes them", async () => {
    for (const [name, text] of Object.entries(await pages())) expect(read(`docs/${name}`), name).toBe(text);
  });

  it("docs/errors.md and the README explain every exit status", () => {
    for (const page of ["docs/errors.md", "README.md", "README.zh-TW.md"]) {
      const statuses = rows(page)
        .map(([status]) => status)
        .filter((status) => /^\d+$/.test(status ?? ""));
      expect(statuses).toEqual(Object.values(EXIT).map(String));
    }
  });

  it.each(LANGUAGES)("$folder/providers.md has a row for every field, as it is declared", (language) => {
    const [yes, no] = language.yesOrNo;
    const listed = rows(`${language.folder}/providers.md`).filter(([flag]) => flag?.startsWith("`--"));
    const expected = PROVIDERS.flatMap(({ fields }) =>
      fields.map((field) => [
        `\`--${field.flag}\``,
        field.env.map((name) => `\`${name}\``).join(", "),
        field.secret ? yes : no,
        needOf(field, {}) === "required" ? yes : no,
        language.asked[field.asked],
      ]),
    );
    expect(listed).toEqual(expected);
  });

  it.each(LANGUAGES)("$folder/troubleshooting.md lists every code that comes of no answer", ({ folder: pages }) => {
    const folder = join(root, "src", "providers");
    const texts = readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".ts"))
      .map((path) => readFileSync(join(folder, path), "utf8"));
    const codes = texts.flatMap((text) =>
      [...text.matchAll(/(?:code: |notSent\()"([a-z]+\.[a-z-]+)"/g)].map(([, code]) => code),
    );
    const others = codes.filter((code) => !(DIAGNOSIS_CODES as readonly (string | undefined)[]).includes(code));
    const listed = [...read(`${pages}/troubleshooting.md`).matchAll(/^\| `([a-z]+\.[a-z-]+)`/gm)].map(
      ([, code]) => code,
    );
    expect(listed.sort()).toEqual([...new Set(others)].sort());
  });

  it("docs/environment.md has the variables of every field", () => {
    const fields = PROVIDERS.flatMap(({ fields }) => fields.flatMap(({ env }) => env));
    expect(Object.keys(en.variables)).toEqual(expect.arrayContaining(fields));
  });

  it.each(LANGUAGES)("$folder/gateway.md has a recipe for every client", ({ folder, protocols, means, comma }) => {
    const page = read(`${folder}/gateway.md`);
    const listed = rows(`${folder}/gateway.md`).flatMap(([name, flag, ...cells]) => {
      const title = /^\[(.+)\]\(#.+\)$/.exec(name ?? "")?.[1];
      return title === undefined ? [] : [[title, flag?.replaceAll("`", ""), ...cells]];
    });
    expect(listed.map((cells) => cells.slice(0, 4))).toEqual(
      CLIENT_IDS.map((id) => [
        CLIENTS[id].name,
        id,
        CLIENTS[id].apis.map((api) => protocols[api]).join(comma),
        `${means[CLIENTS[id].means]}${isWritable(CLIENTS[id]) ? `${comma}\`--write\`` : ""}`,
      ]),
    );
    for (const id of CLIENT_IDS) {
      expect(page).toContain(`\n### ${CLIENTS[id].name}\n`);
      expect(page).toContain(`<!-- printed: ${id} -->`);
    }
  });

  it.each([
    "README",
    "docs/providers",
    "docs/gateway",
    "docs/usage",
    "docs/metrics",
    "docs/worker",
    "docs/troubleshooting",
  ])("%s says in Chinese what it says in English, and each links to the other", (name) => {
    const file = (path: string) => `${path}.md`;
    const chinese = name === "README" ? "README.zh-TW" : name.replace("docs/", "docs/zh-TW/");
    expect(skeleton(file(chinese))).toEqual(skeleton(file(name)));
    expect(read(file(name))).toContain(`](${relative(dirname(name), chinese)}.md)`);
    expect(read(file(chinese))).toContain(`](${relative(dirname(chinese), name)}.md)`);
  });

  it.each(["docs/usage.md", "docs/zh-TW/usage.md"])("%s has the columns of a Worker's data points", (page) => {
    const columns = rows(page).flatMap(([column = "", is = ""]) =>
      /^`(?:blob|double)/.test(column) ? [[column, /^`\w+`/.exec(is)?.[0]]] : [],
    );
    expect(columns).toEqual(COLUMNS.map((name) => [`\`${columnOf(name)}\``, `\`${name}\``]));
  });

  it.each([
    "README.zh-TW.md",
    "docs/zh-TW/providers.md",
    "docs/zh-TW/gateway.md",
    "docs/zh-TW/usage.md",
    "docs/zh-TW/metrics.md",
    "docs/zh-TW/worker.md",
    "docs/zh-TW/troubleshooting.md",
  ])("%s is written as in Taiwan", (page) => {
    const lines = read(page)
      .replace(/^```\w*\n[\s\S]*?^```/gm, "")
      .split("\n");
    // Of a link the reader sees the words alone; marks of emphasis are no letters.
    const seen = (line: string) =>
      line
        .replaceAll(/`[^`]*`/g, "`x`")
        .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
        .replaceAll(/_[^_]+_/g, "x")
        .replaceAll("**", "");
    const cells = lines.flatMap((line) => (line.startsWith("|") ? line.split("|") : [line])).map((cell) => cell.trim());
    expect(cells.flatMap((cell) => faultsIn(seen(cell)))).toEqual([]);
  });

  it.each(["docs/metrics.md", "docs/zh-TW/metrics.md"])("%s has every metric with its labels, and no other", (page) => {
    const cells = rows(page).map(([names = "", labels = ""]) => [names, labels].map(codesIn));
    const named = cells.flatMap(([names = [], labels = []]) =>
      names.flatMap((name) => (/^(?:openclaw|process|nodejs)_/.test(name) ? [[name, labels] as const] : [])),
    );
    expect(named.map(([name]) => name).toSorted()).toEqual(METRICS.map(({ name }) => name).toSorted());
    for (const [name, labels] of named.filter(([name]) => name.startsWith("openclaw_")))
      expect(labels, name).toEqual(METRICS.find((metric) => metric.name === name)?.labels);
  });

  it("docs/architecture.md describes every room, and links lead somewhere", () => {
    const rooms = rows("docs/architecture.md")
      .map(([, room]) => /^`src\/([\w-]+)\/`$/.exec(room ?? "")?.[1])
      .filter((room) => room !== undefined);
    expect(rooms.sort()).toEqual(readdirSync(join(root, "src")).sort());
    for (const page of [
      "README.md",
      "README.zh-TW.md",
      "CONTRIBUTING.md",
      ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
        .filter((path) => path.endsWith(".md"))
        .map((path) => join("docs", path)),
    ]) {
      for (const [, link = ""] of read(page).matchAll(/\]\((?!https?:|#)([^)#]+)/g)) {
        expect(() => read(join(page, "..", link)), `${page} links to ${link}`).not.toThrow();
      }
    }
  });

  it("every path in docs/architecture.md exists", () => {
    const named = [
      ...read("docs/architecture.md").matchAll(/`((?:src|test|bench|bin|cli|config|onboard|core)\/[\w./-]+\.\w+)`/g),
    ].map(([, path = ""]) => path);
    for (const path of named) {
      const full = /^(?:src|test|bench|bin)\//.test(path) ? path : join("src", path);
      expect(() => read(full), path).not.toThrow();
    }
    expect(named.length).toBeGreaterThan(15);
    const all = ["src", "scripts", "test"].flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((path) => basename(path)),
    );
    for (const [, name = ""] of read("docs/architecture.md").matchAll(/`([\w-]+\.ts)`/g)) expect(all).toContain(name);
  });

  it("every dependency has its decision", () => {
    const { dependencies = {}, devDependencies } = JSON.parse(read("package.json"));
    const decisions = readdirSync(join(root, "docs", "decisions")).map((name) => read(join("docs", "decisions", name)));
    const text = decisions.join("\n").toLowerCase();
    expect(Object.keys({ ...dependencies, ...devDependencies }).filter((name) => !text.includes(name))).toEqual([]);
  });
});
