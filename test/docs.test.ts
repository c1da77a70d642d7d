import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { pages } from "../scripts/docs/pages.ts";
import { CLIENT_IDS } from "../src/clients/client.ts";
import { CLIENTS } from "../src/clients/registry.ts";
import { isWritable } from "../src/clients/write-client.ts";
import { EXIT } from "../src/core/errors.ts";
import { DIAGNOSIS_CODES } from "../src/providers/cloudflare-ai-gateway/diagnose.ts";
import { needOf } from "../src/providers/provider.ts";
import { PROVIDERS } from "../src/providers/registry.ts";
import { en } from "../src/text/en/index.ts";

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

const PROTOCOLS = {
  "anthropic-messages": "Messages",
  "openai-responses": "Responses",
  "openai-completions": "chat completions",
};

describe("the documentation says what the code says", () => {
  it("printed docs equal the files: `npm run docs` writes them", async () => {
    for (const [name, text] of Object.entries(await pages())) expect(read(`docs/${name}`), name).toBe(text);
  });

  it("docs/errors.md and the README explain every exit status", () => {
    for (const page of ["docs/errors.md", "README.md"]) {
      const statuses = rows(page)
        .map(([status]) => status)
        .filter((status) => /^\d+$/.test(status ?? ""));
      expect(statuses).toEqual(Object.values(EXIT).map(String));
    }
  });

  it("docs/providers.md has a row for every field, as it is declared", () => {
    const listed = rows("docs/providers.md").filter(([flag]) => flag?.startsWith("`--"));
    const expected = PROVIDERS.flatMap(({ fields }) =>
      fields.map((field) => [
        `\`--${field.flag}\``,
        field.env.map((name) => `\`${name}\``).join(", "),
        field.secret ? "yes" : "no",
        needOf(field, {}) === "required" ? "yes" : "no",
        field.asked,
      ]),
    );
    expect(listed).toEqual(expected);
  });

  it("docs/troubleshooting.md lists every code that comes of no answer", () => {
    const folder = join(root, "src", "providers");
    const texts = readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".ts"))
      .map((path) => readFileSync(join(folder, path), "utf8"));
    const codes = texts.flatMap((text) =>
      [...text.matchAll(/(?:code: |notSent\()"([a-z]+\.[a-z-]+)"/g)].map(([, code]) => code),
    );
    const others = codes.filter((code) => !(DIAGNOSIS_CODES as readonly (string | undefined)[]).includes(code));
    const listed = [...read("docs/troubleshooting.md").matchAll(/^\| `([a-z]+\.[a-z-]+)`/gm)].map(([, code]) => code);
    expect(listed.sort()).toEqual([...new Set(others)].sort());
  });

  it("docs/environment.md has the variables of every field", () => {
    const fields = PROVIDERS.flatMap(({ fields }) => fields.flatMap(({ env }) => env));
    expect(Object.keys(en.variables)).toEqual(expect.arrayContaining(fields));
  });

  it("docs/gateway.md has a recipe for every client", () => {
    const page = read("docs/gateway.md");
    const listed = rows("docs/gateway.md").flatMap(([name, flag, ...cells]) => {
      const title = /^\[(.+)\]\(#.+\)$/.exec(name ?? "")?.[1];
      return title === undefined ? [] : [[title, flag?.replaceAll("`", ""), ...cells]];
    });
    const MEANS = { variables: "variables", file: "a file" };
    expect(listed.map((cells) => cells.slice(0, 4))).toEqual(
      CLIENT_IDS.map((id) => [
        CLIENTS[id].name,
        id,
        CLIENTS[id].apis.map((api) => PROTOCOLS[api]).join(", "),
        `${MEANS[CLIENTS[id].means]}${isWritable(CLIENTS[id]) ? ", `--write`" : ""}`,
      ]),
    );
    for (const id of CLIENT_IDS) {
      expect(page).toContain(`\n### ${CLIENTS[id].name}\n`);
      expect(page).toContain(`<!-- printed: ${id} -->`);
    }
  });

  it("docs/architecture.md describes every room, and links lead somewhere", () => {
    const rooms = rows("docs/architecture.md")
      .map(([, room]) => /^`src\/(\w+)\/`$/.exec(room ?? "")?.[1])
      .filter((room) => room !== undefined);
    expect(rooms.sort()).toEqual(readdirSync(join(root, "src")).sort());
    for (const page of [
      "README.md",
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
  });
});
