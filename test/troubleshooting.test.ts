import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DIAGNOSES, DIAGNOSIS_CODES } from "../src/providers/cloudflare-ai-gateway/diagnose.ts";
import { layerOf } from "../src/providers/cloudflare-ai-gateway/matcher.ts";

const page = readFileSync(join(import.meta.dirname, "..", "docs", "troubleshooting.md"), "utf8");

/** The page's entries: code, layer, what is seen, why, and what to do. */
const entries = [
  ...page.matchAll(
    /^## `(.+)`\n\n- \*\*Layer:\*\* (.+)\n- \*\*You see:\*\* (.+)\n- \*\*Why:\*\* (.+)\n- \*\*Fix:\*\* (.+)$/gm,
  ),
].map(([, code, layer, see = "", why, fix]) => ({ code, layer, see, why, fix }));

describe("docs/troubleshooting.md", () => {
  it("has a whole entry for every diagnosis, in the order of the table, under the same layer", () => {
    expect(entries.map(({ code, layer }) => [code, layer])).toEqual(
      DIAGNOSIS_CODES.map((code) => [code, DIAGNOSES[code].layer ?? layerOf(code)]),
    );
    expect(page.match(/^## /gm)).toHaveLength(DIAGNOSIS_CODES.length);
  });

  it("lists every code that comes of no answer", () => {
    const folder = join(import.meta.dirname, "..", "src", "providers");
    const texts = readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".ts"))
      .map((path) => readFileSync(join(folder, path), "utf8"));
    const codes = texts.flatMap((text) =>
      [...text.matchAll(/(?:code: |notSent\()"([a-z]+\.[a-z-]+)"/g)].map(([, code]) => code),
    );
    const others = codes.filter((code) => !(DIAGNOSIS_CODES as readonly (string | undefined)[]).includes(code));
    const listed = [...page.matchAll(/^\| `([a-z]+\.[a-z-]+)`/gm)].map(([, code]) => code);
    expect(listed.sort()).toEqual([...new Set(others)].sort());
  });

  it("names what each diagnosis is known by", () => {
    for (const [index, code] of DIAGNOSIS_CODES.entries()) {
      const { matchers } = DIAGNOSES[code];
      for (const name of matchers.flatMap(({ codes = [], types = [] }) => [...codes, ...types])) {
        const range = [...(entries[index]?.see ?? "").matchAll(/(\d+) to (\d+)/g)].some(
          ([, from, to]) => Number(from) <= Number(name) && Number(name) <= Number(to),
        );
        expect(range || entries[index]?.see.includes(String(name)), `${code} names ${name}`).toBe(true);
      }
    }
  });
});
