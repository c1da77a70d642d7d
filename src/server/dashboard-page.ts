import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { brotliCompress, gzip, constants as zlib } from "node:zlib";

/** Of the built program, beside its script. */
export const PAGE_FILE = "dashboard.html";

interface PageResponse {
  readonly status: 200;
  readonly headers: readonly string[];
  readonly body: Buffer;
}

/** Answers with the page in the best coding that the header `Accept-Encoding` allows. Rejects if its file cannot be read. */
export type DashboardPage = (acceptEncoding: string) => Promise<PageResponse>;

const CODINGS = ["br", "gzip", "identity"] as const;

type Coding = (typeof CODINGS)[number];

/**
 * The page is read at once and compressed when it is first asked for, beside everything else, and kept.
 * @why an update replaces its file while the gateway runs, and a newer page may ask for what this version does not have.
 */
export function dashboardPage(file: string): DashboardPage {
  const known = new Map<Coding, Promise<PageResponse>>();
  const early = readFile(file).catch(() => undefined);
  const make = async (coding: Coding): Promise<PageResponse> => {
    const html = (await early) ?? (await readFile(file));
    const body = await encode(html, coding);
    const contentEncoding = coding === "identity" ? [] : ["content-encoding", coding];
    const length = ["content-length", String(body.length)];
    return { status: 200, headers: [...pageHeaders(html.toString("utf8")), ...contentEncoding, ...length], body };
  };
  return (acceptEncoding) => {
    const coding = codingFor(acceptEncoding);
    const response = known.get(coding) ?? make(coding);
    known.set(coding, response);
    // The next one may find what was missing, as during an update.
    response.catch(() => known.delete(coding));
    return response;
  };
}

const encode = async (html: Buffer, coding: Coding): Promise<Buffer> => {
  if (coding === "identity") return html;
  if (coding === "gzip") return promisify(gzip)(html, { level: 9 });
  return promisify(brotliCompress)(html, { params: { [zlib.BROTLI_PARAM_SIZE_HINT]: html.length } });
};

/** @source RFC 9110, 12.5.3; what is not named is not taken, but for identity. */
function codingFor(acceptEncoding: string): Coding {
  const allowed = acceptEncoding
    .toLowerCase()
    .split(",")
    .filter((item) => !/;\s*q=0(?:\.0*)?\s*$/.test(item))
    .map((item) => item.split(";", 1)[0]?.trim());
  return CODINGS.find((coding) => allowed.includes(coding)) ?? "identity";
}

/**
 * The page may do nothing but run its own script and style, and ask the server that it came from.
 * @source W3C, Content Security Policy Level 3 and Trusted Types
 */
function pageHeaders(html: string): readonly string[] {
  const policy = [
    "default-src 'none'",
    `script-src ${hashesOf(html, "script")}`,
    `style-src ${hashesOf(html, "style")}`,
    "img-src data:",
    "font-src data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ];
  return [
    ["content-type", "text/html; charset=utf-8"],
    ["content-security-policy", policy.join("; ")],
    ["cache-control", "no-store"],
    ["x-content-type-options", "nosniff"],
    ["x-frame-options", "DENY"],
    ["referrer-policy", "no-referrer"],
    ["cross-origin-opener-policy", "same-origin"],
    ["cross-origin-resource-policy", "same-origin"],
    ["permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"],
    ["vary", "accept-encoding"],
  ].flat();
}

function hashesOf(html: string, element: "script" | "style"): string {
  const contents = [...html.matchAll(new RegExp(`<${element}>([\\s\\S]*?)</${element}>`, "g"))];
  return contents
    .map(([, content = ""]) => `'sha256-${createHash("sha256").update(content).digest("base64")}'`)
    .join(" ");
}
