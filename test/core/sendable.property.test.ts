import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { unsendableHeader, unsendableKey } from "../../src/core/sendable.ts";
import { send } from "../../src/http/client.ts";
import { en } from "../../src/text/en/index.ts";
import { say } from "../../src/text/message.ts";
import { httpServer } from "../support/sockets.ts";

const NAME = fc.oneof(
  fc.stringMatching(/^[A-Za-z][\w-]{0,20}$/).map((name) => `x-${name}`),
  fc.constantFrom("Host", "te", "Connection", "Expect", "Upgrade", "KEEP-ALIVE", "content-length", "Transfer-Encoding"),
  fc.string({ maxLength: 8, unit: "grapheme" }),
  fc.string({ maxLength: 8 }),
);
const VALUE = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.string({ maxLength: 8, unit: "binary" }),
  fc.stringMatching(/^[\x80-\xff]{0,10}$/),
  fc.constantFrom("a\nb", "a\r\nx: y", "\0", "研发", '{"team":"研发"}', "1"),
);

describe("what the rule lets through", () => {
  it("arrives as it was set, and what it does not is not sent", async () => {
    const arrived: string[][] = [];
    const { port } = await httpServer((request, response) => {
      arrived.push(request.rawHeaders);
      response.end("{}");
    });
    const get = (headers: Readonly<Record<string, string>>) => {
      const limits = { connectTimeoutMs: 200_000, idleTimeoutMs: 200_000, maxBodyBytes: 100 };
      return send({ method: "GET", url: `http://127.0.0.1:${port}/`, headers, direct: true, ...limits }, {});
    };
    await fc.assert(
      fc.asyncProperty(NAME, VALUE, async (name, value) => {
        const fault = unsendableHeader(name, value);
        if (fault !== undefined) {
          expect(say(fault.message, en)).toMatch(/^[^\p{Cc}]+\.$/u);
          expect(say(fault.hint, en)).toMatch(/^[^\p{Cc}]+\.$/u);
          return;
        }
        expect(await get({ [name]: value })).toMatchObject({ ok: true });
        const raw = arrived.at(-1) ?? [];
        const index = raw.findIndex((text, at) => at % 2 === 0 && text.toLowerCase() === name.toLowerCase());
        expect(raw[index + 1]).toBe(value.replace(/^[\t ]+|[\t ]+$/g, ""));
      }),
      { numRuns: 300 },
    );
  });

  it("is the same for a key, whose value is never shown", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 6, unit: "binary" }), (value) => {
        const fault = unsendableKey(value, []);
        expect(fault === undefined).toBe(unsendableHeader("x-api-key", value) === undefined);
        if (fault !== undefined && /[^\x20-\x7e]{3}/.test(value))
          expect(say(fault.message, en) + say(fault.hint, en)).not.toContain(value);
      }),
    );
  });

  it("is JSON again where it says how to write it", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.oneof(fc.string({ unit: "grapheme" }), fc.integer())), (object) => {
        const value = JSON.stringify({ ...object, team: "研" });
        const { instead = "" } = unsendableHeader("cf-aig-metadata", value) ?? {};
        expect(unsendableHeader("cf-aig-metadata", instead)).toBeUndefined();
        expect(instead).toMatch(/^[ -~]+$/);
        expect(JSON.parse(instead)).toEqual(JSON.parse(value));
      }),
    );
  });
});
