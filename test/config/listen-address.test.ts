import { isIP } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gatewayUrl, isAddress, isLocalUrl, isLoopback } from "../../src/config/listen-address.ts";
import type { Config } from "../../src/config/schema.ts";
import { openclaw, temporaryHome } from "../support/program.ts";

const url = (
  gateway: Config["gateway"],
  env: Readonly<Record<string, string>> = {},
  secrets: [string, string][] = [],
) => gatewayUrl({ config: { ...(gateway && { gateway }) }, secrets: new Map(secrets) }, env, { defaultPort: 18_789 });

describe("clients of this machine find the gateway", () => {
  it.each([
    [undefined, "http://127.0.0.1:18789"],
    [{ port: 4711 }, "http://127.0.0.1:4711"],
    [{ bind: "lan" }, "http://127.0.0.1:18789"],
    [{ bind: "custom", customBindHost: "10.0.0.7" }, "http://10.0.0.7:18789"],
    [{ bind: "custom", customBindHost: "fd00::7" }, "http://[fd00::7]:18789"],
    [{ bind: "custom", customBindHost: "::" }, "http://[::1]:18789"],
    // What the gateway refuses is found nowhere: the port is as good as any.
    [{ bind: "tailnet", port: 5 }, "http://127.0.0.1:5"],
  ] satisfies [Config["gateway"], string][])("with %j at %s", (gateway, expected) => {
    expect(url(gateway)).toBe(expected);
  });

  it("where its variables say, from wherever it takes them", () => {
    expect(url({ port: 1 }, { OPENCLAW_GATEWAY_PORT: "5000" })).toBe("http://127.0.0.1:5000");
    expect(url({ port: 1 }, {}, [["OPENCLAW_GATEWAY_BIND", "10.0.0.8"]])).toBe("http://10.0.0.8:1");
  });
});

describe("an address", () => {
  it.each(["127.0.0.1", "127.9.9.9", "::1", "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1", "::1%lo"])(
    "%s is loopback",
    (host) => {
      expect(isLoopback(host)).toBe(true);
    },
  );

  it.each(["0.0.0.0", "::", "10.0.0.1", "::ffff:10.0.0.1", "fe80::1%eth0", "127.example.com", ""])(
    "%s is not loopback",
    (host) => {
      expect(isLoopback(host)).toBe(false);
    },
  );

  it.each([
    "localhost",
    "ollama",
    "host.docker.internal",
    "gpu.lan",
    "llm.default.svc.cluster.local",
    "100.100.1.2",
    "169.254.1.1",
    "192.168.1.2",
    "0.0.0.0",
    "[::1]",
    "[fd00::1]",
    "[fe80::1]",
    "[::ffff:192.168.1.1]",
  ])("http://%s is of this machine or its network", (host) => {
    expect(isLocalUrl(`http://${host}:8080/v1`)).toBe(true);
  });

  it.each([
    "api.openai.com",
    "8.8.8.8",
    "172.32.0.1",
    "100.128.0.1",
    "[2606:4700::1111]",
    "[::ffff:8.8.8.8]",
    "lan.example.com",
  ])("http://%s is not", (host) => {
    expect(isLocalUrl(`http://${host}/v1`)).toBe(false);
  });
});

it("an address is what Node takes for one", () => {
  const odd = fc.string({ unit: fc.constantFrom(..."0123456789abcdef:.%[]x ".split("")), maxLength: 20 });
  const candidates = fc.oneof(
    fc.ipV4(),
    fc.ipV6(),
    odd,
    fc.tuple(fc.ipV6(), odd).map(([address, more]) => address + more),
    fc.constantFrom(
      "::",
      "::1",
      "::ffff:1.2.3.4",
      "fe80::1%eth0",
      "256.1.1.1",
      "1.2.3",
      "1.2.3.4.",
      "01.2.3.4",
      "localhost",
      "",
    ),
  );
  fc.assert(
    fc.property(candidates, (text) => {
      // A zone is whatever the system calls it.
      fc.pre(!/%(?![\w.~-]+$)/.test(text));
      expect([text, isAddress(text)]).toEqual([text, isIP(text) !== 0]);
    }),
    { numRuns: 2_000 },
  );
});

it("gateway run ends with 78 where its configuration is of no use, and under launchd with 0, which keeps it down", async () => {
  const home = temporaryHome();
  const byHand = await openclaw(["gateway", "run"], { home });
  const byLaunchd = await openclaw(["gateway", "run"], { home, env: { OPENCLAW_SERVICE_MANAGER: "launchd" } });
  expect([byHand.status, byLaunchd.status]).toEqual([78, 0]);
  expect(byLaunchd.stderr).toBe(byHand.stderr);
  const usage = await openclaw(["gateway", "run", "--nope"], { home, env: { OPENCLAW_SERVICE_MANAGER: "launchd" } });
  expect(usage.status).toBe(2);
});
