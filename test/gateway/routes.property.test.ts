import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { routeOf } from "../../src/gateway/routes.ts";

const PIECES = [
  "/",
  "//",
  "v1",
  "messages",
  "count_tokens",
  ".",
  "..",
  "%2e",
  "%2F",
  "%5c",
  "%25",
  "%6d",
  "%20",
  "%C3%A9",
];
const OTHERS = ["\\", ";x", "?a=b", "?", "#", "@", ":", "http://x", "%", "%zz", "a b", "é", "\u0000", "~", "files"];

const target = fc
  .array(fc.constantFrom(...PIECES, ...OTHERS), { maxLength: 8 })
  .map((pieces) => `/v1/${pieces.join("")}`);

const ANTHROPIC = { upgrade: false, dialect: "anthropic", host: "127.0.0.1" } as const;

const method = fc.constantFrom("GET", "POST", "PUT", "DELETE");

/** A path as a server might read that takes everything to be the same that could be. */
function readFreely(path: string): string {
  const once = decodeURIComponent(path);
  return new URL(once.replaceAll("\\", "/"), "http://host").pathname
    .toLowerCase()
    .replace(/\/+/g, "/")
    .replace(/(?<=.)\/$/, "");
}

const RULED = ["/v1/messages", "/v1/messages/count_tokens", "/v1/chat/completions", "/v1/responses"];

describe("a request that is forwarded unread", () => {
  it("has a path that every server reads alike", () => {
    fc.assert(
      fc.property(method, target, (asked, text) => {
        const route = routeOf(asked, text, ANTHROPIC);
        if (route.kind !== "unread") return;
        const [path = ""] = route.path.split("?");
        // But for a `/v1` too many.
        expect(`${text}?`.replace(/^(?:\/v1(?=\/))+/, "/v1").startsWith(path)).toBe(true);
        expect(new URL(path, "http://host").pathname).toBe(path);
        // None of the paths whose body has to be looked at can be meant by it.
        if (asked === "POST") expect(RULED).not.toContain(readFreely(path));
      }),
      { numRuns: 5_000 },
    );
  });

  it("has any plain path below /v1 as it came", () => {
    const segment = fc.stringMatching(/^[A-Za-z0-9_~-][A-Za-z0-9._~:@-]{0,20}$/).filter((text) => !/^\.+$/.test(text));
    const query = fc.option(
      fc.stringMatching(/^[!$-~]{0,20}$/).filter((text) => !text.includes("#")),
      { nil: undefined },
    );
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 5 }), query, (segments, search) => {
        const path = `/v1/${segments.join("/")}${search === undefined ? "" : `?${search}`}`;
        fc.pre(segments[0] !== "v1");
        const route = routeOf("GET", path, ANTHROPIC);
        if (route.kind === "error") return expect(405).toBe(route.error.status);
        expect(route).toEqual({ kind: "unread", path, paths: expect.any(Array) });
      }),
    );
  });
});
