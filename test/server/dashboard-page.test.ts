import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import config from "../../rolldown.config.ts";
import { dashboardPage, PAGE_FILE } from "../../src/server/dashboard-page.ts";

const file = join(inject("built"), "dist", PAGE_FILE);
const html = readFileSync(file);

const headersOf = (headers: readonly string[]) =>
  Object.fromEntries(headers.flatMap((name, index) => (index % 2 === 0 ? [[name, headers[index + 1] ?? ""]] : [])));

/** What the element of this name contains. */
const inside = (name: string) => new RegExp(`<${name}>([\\s\\S]*?)</${name}>`).exec(html.toString("utf8"))?.[1] ?? "";

describe("the page of the gateway", () => {
  const page = dashboardPage(file);

  it.each([
    ["br, gzip", "br", brotliDecompressSync],
    ["gzip, deflate, br", "br", brotliDecompressSync],
    ["gzip;q=1.0, br;q=0", "gzip", gunzipSync],
    ["GZIP", "gzip", gunzipSync],
  ])("is sent to %s as %s, in at most 150 KB", async (accepted, coding, decode) => {
    const { status, headers, body } = await page(accepted);
    expect([status, headersOf(headers)["content-encoding"]]).toEqual([200, coding]);
    expect(body.length).toBeLessThanOrEqual(150_000);
    expect(headersOf(headers)["content-length"]).toBe(String(body.length));
    expect(decode(body).equals(html)).toBe(true);
  });

  it.each(["", "identity", "deflate", "gzip;q=0, br; q=0.000"])("is sent as it is to '%s'", async (accepted) => {
    const { headers, body } = await page(accepted);
    expect(headersOf(headers)).not.toHaveProperty("content-encoding");
    expect(body.equals(html)).toBe(true);
  });

  it("is allowed its own script and style, its own server, and nothing else", async () => {
    const headers = headersOf((await page("")).headers);
    const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
    expect(headers["content-security-policy"]?.split("; ")).toEqual([
      "default-src 'none'",
      `script-src ${hash(inside("script"))}`,
      `style-src ${hash(inside("style"))}`,
      "img-src data:",
      "font-src data:",
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ]);
    expect(headers).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "x-frame-options": "DENY",
      vary: "accept-encoding",
    });
  });

  it("names no address of another server, and no file", () => {
    const text = html.toString("utf8").replace(/<!--[\s\S]*?-->/, "");
    const addresses = [...text.matchAll(/(?:https?:)?\/\/[a-z0-9.-]+\.[a-z]{2,}[^"'`\s)]*/gi)].map(
      ([address]) => address,
    );
    expect(addresses.filter((address) => !address.startsWith("http://www.w3.org/"))).toEqual([]);
    expect([...text.matchAll(/<(?:script|link|img|iframe)[^>]*(?:src|href)=(?!"data:)/g)]).toEqual([]);
  });

  it("is without any way to put text in as markup", () => {
    expect(inside("script")).not.toMatch(
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function/,
    );
  });

  it("uses nothing that only Node has", () => {
    expect(inside("script")).not.toMatch(/\b(?:Buffer|process|require|setImmediate|global)\s*[.([]/);
  });

  it("brings the licence of what is in it that is not ours", () => {
    const [notice = ""] = /<!--[\s\S]*?-->/.exec(html.toString("utf8")) ?? [];
    expect(notice).toMatch(/uplot \S+ \(MIT\)[\s\S]*Permission is hereby granted/);
    expect(notice).toMatch(/inter \S+ \(OFL-1\.1\)[\s\S]*SIL OPEN FONT LICENSE/i);
  });

  it("is served once its file is there, if it was missing at first", async () => {
    const folder = mkdtempSync(join(tmpdir(), "openclaw-page-"));
    const late = dashboardPage(join(folder, PAGE_FILE));
    await expect(late("")).rejects.toThrow(/ENOENT/);
    writeFileSync(join(folder, PAGE_FILE), "<style>a</style><script>b</script>");
    expect((await late("")).status).toBe(200);
    rmSync(folder, { recursive: true });
  });
});

describe("the pictures of the page", () => {
  const folder = join(import.meta.dirname, "..", "..", "docs", "pictures");

  it.each(["en", "zh-TW"])("in %s are small, and shown", (language) => {
    const wide = ["light", "dark"].map((theme) => `dashboard-${language}-${theme}-1280.png`);
    const narrow = ["light", "dark"].map((theme) => `dashboard-${language}-${theme}-390.png`);
    for (const name of [...wide, ...narrow, `dashboard-${language}.png`]) {
      const picture = readFileSync(join(folder, name));
      expect(picture.length).toBeLessThan(150_000);
      expect(picture.readUInt32BE(16)).toBe(narrow.includes(name) ? 390 : 1280);
    }
    const root = join(folder, "..", "..");
    const [readme, docs] = language === "en" ? ["README.md", "docs"] : ["README.zh-TW.md", "docs/zh-TW"];
    expect(readFileSync(join(root, readme), "utf8")).toContain(`docs/pictures/dashboard-${language}.png`);
    for (const name of [...wide, ...narrow]) {
      expect(readFileSync(join(root, docs, "dashboard.md"), "utf8")).toContain(`pictures/${name}`);
    }
  });
});

describe("the build of the page", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "openclaw-page-build-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("makes the same file each time", async () => {
    const { output, ...input } = config.find((one) => one.platform === "browser") ?? {};
    const bundle = await rolldown(input);
    await bundle.write({ ...output, dir: folder });
    await bundle.close();
    expect(readFileSync(join(folder, PAGE_FILE)).equals(html)).toBe(true);
  });
});
