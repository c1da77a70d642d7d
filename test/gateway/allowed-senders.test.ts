import { describe, expect, it } from "vitest";
import { hostMeant, originsMeant } from "../../src/gateway/allowed-senders.ts";
import { en } from "../../src/text/en/index.ts";
import { say } from "../../src/text/message.ts";

describe("an allowed origin", () => {
  it.each([
    ["https://app.example", ["https://app.example"]],
    ["HTTPS://App.Example/", ["https://app.example"]],
    ["https://app.example:443", ["https://app.example"]],
    ["http://localhost:3000", ["http://localhost:3000"]],
    ["localhost:3000", ["http://localhost:3000", "https://localhost:3000"]],
    ["127.0.0.1:5173", ["http://127.0.0.1:5173", "https://127.0.0.1:5173"]],
    ["app.example", ["http://app.example", "https://app.example"]],
    ["::1", ["http://[::1]", "https://[::1]"]],
    ["[::1]:3000", ["http://[::1]:3000", "https://[::1]:3000"]],
    ["http://[::1]:3000/", ["http://[::1]:3000"]],
    ["http://::1", ["http://[::1]"]],
    ["tauri://localhost", ["tauri://localhost"]],
    ["chrome-extension://abcdefghijklmnop", ["chrome-extension://abcdefghijklmnop"]],
    ["null", ["null"]],
  ])("is accepted as a browser sends it: %s", (text, origins) => {
    expect(originsMeant(text)).toEqual({ ok: true, value: origins });
  });

  it.each([
    ["*", "Name the origin of each page"],
    ["https://*.example", "Name the origin of each page"],
    ["*:3000", "Name the origin of each page"],
    ["https://", "Name the origin of each page"],
    ["two words", "Name the origin of each page"],
    ["http://app.example:99999", "Name the origin of each page"],
    ["https://app.example/chat?x=1", "Write `https://app.example`."],
    ["http://me@localhost:3000", "Write `http://localhost:3000`."],
  ])("is refused with the spelling that works: %s", (text, hint) => {
    const meant = originsMeant(text);
    expect(meant.ok).toBe(false);
    if (!meant.ok) expect(meant.error.hint && say(meant.error.hint, en)).toContain(hint);
  });
});

describe("an allowed host", () => {
  it.each([
    ["box.local", "box.local"],
    ["Box.Local:18789", "box.local"],
    ["http://box.local:18789/", "box.local"],
    ["::1", "[::1]"],
    ["[fe80::1]:80", "[fe80::1]"],
  ])("is accepted as it stands in a header: %s", (text, host) => {
    expect(hostMeant(text)).toEqual({ ok: true, value: host });
  });

  it.each(["*", "*.local", "box.local/path", "a b", "me@box"])("is refused: %s", (text) => {
    expect(hostMeant(text).ok).toBe(false);
  });
});
