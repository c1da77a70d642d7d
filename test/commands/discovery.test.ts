import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cloudflare } from "../support/cloudflare.ts";
import { PROVIDER, readConfig } from "../support/doctor.ts";
import { CANARY_KEY, CANARY_TOKEN, filesBelow, openclaw, temporaryHome } from "../support/program.ts";
import type { StandInOptions } from "../support/stand-in/stand-in.ts";
import { KNOWN } from "../support/stand-in/world.ts";

const TOKEN_FILE = "token";

/** Onboards as a script does, with the canary token in a file; a gateway is known by both of its ids only. */
async function onboard(options: StandInOptions, flags: readonly string[] = []) {
  const gateway = await cloudflare({ tokens: [{ value: CANARY_TOKEN }], ...options });
  const home = temporaryHome();
  writeFileSync(join(home, TOKEN_FILE), `${CANARY_TOKEN}\n`);
  const args = ["onboard", "--non-interactive", "--auth-choice", `${PROVIDER}-api-key`, ...flags];
  const finished = await openclaw([...args, `--${PROVIDER}-api-key`, CANARY_KEY], { home, env: gateway.env });
  const leaked = [...filesBelow(home)].filter(
    ([path, text]) => path !== join(home, TOKEN_FILE) && text.includes(CANARY_TOKEN),
  );
  expect([finished.stdout, finished.stderr, ...leaked].join("")).not.toContain(CANARY_TOKEN);
  return { ...finished, gateway, home };
}

const WITH_TOKEN = ["--cloudflare-api-token-file", TOKEN_FILE];
const WITH_ACCOUNT = [`--${PROVIDER}-account-id`, KNOWN.accountId];

describe("a token of Cloudflare's API on the command line", () => {
  it("finds the account and the gateway where there is only one", async () => {
    const { status, stderr, home, gateway } = await onboard({}, WITH_TOKEN);
    expect(stderr).toContain(`Account ID: ${KNOWN.accountId}, from the Cloudflare API token.`);
    expect(status).toBe(0);
    expect(readConfig(home).models.providers[PROVIDER].baseUrl).toBe(
      `https://gateway.ai.cloudflare.com/v1/${KNOWN.accountId}/${KNOWN.gatewayId}/anthropic`,
    );
    expect(gateway.hosts()).toEqual(["api.cloudflare.com:443"]);
  });

  it.each([
    [
      "several accounts",
      {
        accounts: [
          { id: KNOWN.accountId, name: "A" },
          { id: "f".repeat(32), name: "B" },
        ],
      },
      "account-id: The token finds 2 accounts.",
      `A (${KNOWN.accountId}), B (${"f".repeat(32)})`,
    ],
    [
      "several gateways",
      { gateways: [{}, { id: "second" }] },
      "gateway-id: The token finds 2 gateways.",
      `Pass one of: ${KNOWN.gatewayId}, second.`,
    ],
    [
      "more gateways than are listed",
      { gateways: Array.from({ length: 2501 }, (_, index) => ({ id: `gw-${index}` })) },
      "gateway-id: The token finds at least 2,500 gateways.",
      "Pass one of them, such as gw-0, gw-1, gw-2,",
    ],
    ["no gateway", { gateways: [] }, "gateway-id: The account has no gateway yet.", "dashboard"],
  ] as const)("has somebody choose between %s", async (_what, world, message, hint) => {
    const both = "accounts" in world ? [KNOWN.accountId, "f".repeat(32)] : [KNOWN.accountId];
    const { status, stderr, home } = await onboard(
      { tokens: [{ value: CANARY_TOKEN, accountIds: both }], ...world },
      WITH_TOKEN,
    );
    expect(stderr).toContain(message);
    expect(stderr).toContain(hint);
    expect(status).toBe(2);
    expect(filesBelow(home).size).toBe(1);
  });

  it("that may not list is told what it lacks", async () => {
    const tokens = [{ value: CANARY_TOKEN, permissions: ["run"] as const }];
    const { status, stderr } = await onboard({ tokens }, [...WITH_TOKEN, ...WITH_ACCOUNT]);
    expect(stderr).toContain("api-token: The token is valid but lacks the permission AI Gateway Read.");
    expect(stderr).toContain("gateway-id: Gateway ID is missing.");
    expect(status).toBe(2);
  });

  it("that is not known is the flag to correct, and the answer it should have found is missing", async () => {
    const { status, stderr } = await onboard({ tokens: [] }, WITH_TOKEN);
    expect(stderr).toContain("--cloudflare-api-token: Cloudflare does not know this token.");
    expect(stderr).toContain("account-id: Account ID is missing.");
    expect(status).toBe(2);
  });

  it.each([
    ["with --no-verify", [...WITH_TOKEN, "--no-verify"], 2],
    ["where both ids are given", [...WITH_TOKEN, ...WITH_ACCOUNT, `--${PROVIDER}-gateway-id`, "gw"], 0],
    ["without the flag", [], 2],
  ])("is not used %s", async (_when, flags, expected) => {
    const { status, gateway } = await onboard({}, flags);
    expect(status).toBe(expected);
    expect(gateway.requests).toEqual([]);
  });
});
