import { describe, expect, it } from "vitest";
import { judgeCustomDomain, judgeName } from "../../src/worker-project/names.ts";

describe("the name of a Worker", () => {
  it.each(["a", "openclaw-gateway", "gw-2", "0", "a".repeat(63), "a--b"])("may be %s", (name) => {
    expect(judgeName(name)).toEqual({ ok: true, value: name });
  });

  it.each(["", "-a", "a-", "A", "my_worker", "a.b", "a b", "ä", "a".repeat(64), "../a", "a\n"])(
    "may not be %j",
    (name) => {
      expect(judgeName(name).ok).toBe(false);
    },
  );
});

describe("a custom domain", () => {
  it.each([
    ["llm.example.com", "llm.example.com"],
    ["LLM.Example.COM", "llm.example.com"],
    ["llm.example.com.", "llm.example.com"],
    ["bücher.example.com", "xn--bcher-kva.example.com"],
    ["a.b.c.example.co.uk", "a.b.c.example.co.uk"],
    ["example.com", "example.com"],
  ])("%s is %s", (written, host) => {
    expect(judgeCustomDomain(written)).toEqual({ ok: true, value: host });
  });

  it.each([
    "",
    "localhost",
    "https://llm.example.com",
    "llm.example.com/v1",
    "llm.example.com:8443",
    "*.example.com",
    "llm..example.com",
    "-a.example.com",
    "192.0.2.1",
    "[2001:db8::1]",
    "me@example.com",
    "llm example.com",
    "a_b.example.com",
    "openclaw-gateway.me.workers.dev",
    `${"a".repeat(64)}.example.com`,
    `${"a.".repeat(126)}example.com`,
  ])("is not %j", (written) => {
    expect(judgeCustomDomain(written).ok).toBe(false);
  });
});
