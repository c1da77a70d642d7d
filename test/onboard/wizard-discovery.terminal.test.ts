import { describe, expect, it } from "vitest";
import { cloudflare } from "../support/cloudflare.ts";
import { PROVIDER, readConfig, readText } from "../support/doctor.ts";
import { secretsPath } from "../support/home-files.ts";
import { CANARY_KEY, CANARY_TOKEN, filesBelow, temporaryHome, WITHOUT_PAUSES } from "../support/program.ts";
import type { StandInOptions } from "../support/stand-in/stand-in.ts";
import { KNOWN, type Permission } from "../support/stand-in/world.ts";
import { answer, choose, describeInTerminal, leaks, openTerminal, openTerminalProcess } from "../support/terminal.ts";

const OTHER = { id: "f".repeat(32), name: "Other" };
const ALL: readonly Permission[] = ["run", "read", "edit", "accounts"];

/** The canary token may do what is said; there is a key, and a token that may only use gateways. */
const world = (options: StandInOptions = {}, permissions = ALL): StandInOptions => ({
  tokens: [
    { value: CANARY_TOKEN, permissions, accountIds: [KNOWN.accountId, OTHER.id] },
    { value: KNOWN.runToken, permissions: ["run"] },
  ],
  accounts: [{ id: KNOWN.accountId, name: "Stand-in" }, OTHER],
  anthropicKeys: [{ value: CANARY_KEY }],
  ...options,
});

async function open(
  options: StandInOptions,
  env: Readonly<Record<string, string>> = {},
  flags: readonly string[] = [],
  start: typeof openTerminalProcess = (args, how) => openTerminal(args, { ...how, context: WITHOUT_PAUSES }),
) {
  const gateway = await cloudflare(options);
  const home = temporaryHome();
  const args = ["onboard", "--auth-choice", `${PROVIDER}-api-key`, ...flags];
  const terminal = start(args, { home, env: { ...gateway.env, ...env } });
  /** What is left to answer; the gateway's token only where it asks for one. */
  const finish = async (token?: string) => {
    await answer(terminal, "API key", CANARY_KEY);
    if (token !== undefined) {
      await choose(terminal, "Gateway token", "Enter one");
      await answer(terminal, "Gateway token", token);
    }
    await terminal.waitFor("✔ Everything works.");
    await answer(terminal, "Default model");
    await answer(terminal, "Save these changes?");
    expect(await terminal.exit).toMatchObject({ status: 0 });
    expect(leaks(home, terminal.bytes)).toEqual([]);
  };
  return { gateway, home, terminal, finish };
}

const urlIn = (home: string) => readConfig(home).models.providers[PROVIDER].baseUrl;
const urlOf = (id: string) => `https://gateway.ai.cloudflare.com/v1/${KNOWN.accountId}/${id}/anthropic`;
const secretsIn = (home: string) => readText(secretsPath(home));
const IN_ENVIRONMENT = { CLOUDFLARE_API_TOKEN: CANARY_TOKEN };

describe("with a token of Cloudflare's API, the wizard", () => {
  it("has account and gateway chosen, and says what the gateway needs", async () => {
    const gateways = [{}, { id: "second", authentication: true, logs: true, cacheSeconds: 60 }];
    const { terminal, home, finish, gateway } = await open(world({ gateways }), IN_ENVIRONMENT);
    await choose(terminal, "Account ID", "Stand-in");
    await choose(terminal, "Gateway ID", "second");
    await terminal.waitFor("answers identical requests from its cache for 60 seconds.");
    await finish(KNOWN.runToken);
    expect(urlIn(home)).toBe(urlOf("second"));
    expect(secretsIn(home)).toContain(`CF_AIG_TOKEN=${KNOWN.runToken}`);
    expect(secretsIn(home)).not.toContain(CANARY_TOKEN);
    expect(gateway.hosts()).toEqual(["api.cloudflare.com:443", "gateway.ai.cloudflare.com:443"]);
    const toGateway = gateway.requests.filter(({ path }) => path.startsWith("/v1/"));
    expect(JSON.stringify(toGateway)).not.toContain(CANARY_TOKEN);
  });

  it("does not take it for the gateway on Enter, however often, and stores it when it is chosen and agreed to", async () => {
    const { terminal, home } = await open(world({ gateways: [{ authentication: true }] }), IN_ENVIRONMENT);
    await choose(terminal, "Account ID", "Stand-in");
    await choose(terminal, "Gateway ID", KNOWN.gatewayId);
    await answer(terminal, "API key", CANARY_KEY);
    await answer(terminal, "Gateway token");
    await answer(terminal, "Gateway token");
    await terminal.waitFor("> Gateway token is required.");
    terminal.press("escape");
    await choose(terminal, "Gateway token", "Use the Cloudflare API token ********5678");
    await terminal.waitFor("It would be stored in .env and sent with every request.");
    await answer(terminal, "Store the Cloudflare API token here all the same?");
    await choose(terminal, "Gateway token", "Use the Cloudflare API token ********5678");
    await answer(terminal, "Store the Cloudflare API token here all the same?", "y");
    await terminal.waitFor("✔ Everything works.");
    await answer(terminal, "Default model");
    await answer(terminal, "Save these changes?");
    expect(await terminal.exit).toMatchObject({ status: 0 });
    expect(terminal.screen()).toContain("********5678, from the Cloudflare API token");
    expect(secretsIn(home)).toContain(`CF_AIG_TOKEN=${CANARY_TOKEN}`);
    expect(leaks(home, terminal.bytes)).toEqual([]);
  });

  it("says what it can do where it is pasted as the gateway token, too", async () => {
    const { terminal, home } = await open(world({ gateways: [{ authentication: true }] }), IN_ENVIRONMENT);
    await choose(terminal, "Account ID", "Stand-in");
    await choose(terminal, "Gateway ID", KNOWN.gatewayId);
    await answer(terminal, "API key", CANARY_KEY);
    await choose(terminal, "Gateway token", "Enter one");
    await terminal.waitFor("? Gateway token");
    terminal.paste(CANARY_TOKEN);
    terminal.press("enter");
    await answer(terminal, "Store the Cloudflare API token here all the same?", "n");
    await answer(terminal, "Gateway token", KNOWN.runToken);
    await terminal.waitFor("✔ Everything works.");
    await answer(terminal, "Default model");
    await answer(terminal, "Save these changes?");
    expect(await terminal.exit).toMatchObject({ status: 0 });
    expect(secretsIn(home)).toContain(`CF_AIG_TOKEN=${KNOWN.runToken}`);
    expect(secretsIn(home)).not.toContain(CANARY_TOKEN);
  });

  it("takes one that is pasted where the account is asked for, and stores it nowhere", async () => {
    const { terminal, home, finish } = await open(world());
    await terminal.waitFor("? Account ID");
    terminal.paste(CANARY_TOKEN);
    await choose(terminal, "Account ID", "Stand-in");
    await choose(terminal, "Gateway ID", KNOWN.gatewayId);
    await finish();
    expect(secretsIn(home)).not.toContain(CANARY_TOKEN);
  });

  it("never shows one of the older kind either", async () => {
    const old = "CANARYcanary0CANARYcanary1CANARYcanary23";
    const { terminal, home } = await open(world({ tokens: [{ value: old }] }));
    await terminal.waitFor("? Account ID");
    terminal.paste(old);
    await choose(terminal, "Account ID", "Stand-in");
    terminal.press("ctrl-c");
    expect(await terminal.exit).toMatchObject({ status: 130 });
    expect(terminal.bytes).not.toContain("CANARY");
    expect(filesBelow(home).size).toBe(0);
  });

  it("creates a gateway, once that is agreed to", async () => {
    const { terminal, home, finish, gateway } = await open(world(), IN_ENVIRONMENT);
    const posted = () => gateway.requests.filter(({ method }) => method === "POST").map(({ body }) => JSON.parse(body));
    await choose(terminal, "Account ID", "Stand-in");
    await choose(terminal, "Gateway ID", "Create a gateway");
    await terminal.waitFor("? ID of the new gateway");
    terminal.type("My-Own");
    terminal.press("enter");
    await terminal.waitFor("> This does not look like a gateway ID");
    terminal.press("ctrl-u");
    terminal.type("mine");
    await terminal.waitFor("? ID of the new gateway mine");
    terminal.press("enter");
    await answer(terminal, 'Create the gateway "mine" in your account?', "n");
    await choose(terminal, "Gateway ID", "Create a gateway");
    expect(posted()).toEqual([]);
    await answer(terminal, "ID of the new gateway", KNOWN.gatewayId);
    await answer(terminal, `Create the gateway "${KNOWN.gatewayId}"`);
    await terminal.waitFor("api.gateway-exists");
    await choose(terminal, "Gateway ID", "Create a gateway");
    await answer(terminal, "ID of the new gateway", "mine");
    await answer(terminal, 'Create the gateway "mine" in your account?');
    await terminal.waitFor('✔ Created gateway "mine".');
    await finish(KNOWN.runToken);
    expect(urlIn(home)).toBe(urlOf("mine"));
    expect(posted()[1]).toMatchObject({ id: "mine", authentication: true, collect_logs: true });
  });

  it("says which permission one lacks, and goes on with typing", async () => {
    const { terminal, home, finish } = await open(world({}, ["run"]), IN_ENVIRONMENT);
    await terminal.waitFor("lacks the permission Account Settings Read.");
    await answer(terminal, "Account ID", KNOWN.accountId);
    await terminal.waitFor("lacks the permission AI Gateway Read.");
    await answer(terminal, "Gateway ID", KNOWN.gatewayId);
    await finish();
    expect(urlIn(home)).toBe(urlOf(KNOWN.gatewayId));
  });

  it("says that one is not known, and takes another", async () => {
    const { terminal, finish } = await open(world(), { CLOUDFLARE_API_TOKEN: `${CANARY_TOKEN}x` });
    await terminal.waitFor("api.token-unknown");
    expect(terminal.screen()).toContain("Cloudflare API token ********678x, from CLOUDFLARE_API_TOKEN:");
    await answer(terminal, "Account ID", CANARY_TOKEN);
    await choose(terminal, "Account ID", "Stand-in");
    await choose(terminal, "Gateway ID", KNOWN.gatewayId);
    await finish();
  });

  it("does not ask with one that is not known again, until it is given again", async () => {
    const { terminal, gateway } = await open(world(), { CLOUDFLARE_API_TOKEN: `${CANARY_TOKEN}x` });
    await terminal.waitFor("api.token-unknown");
    const asked = gateway.requests.length;
    await answer(terminal, "Account ID", KNOWN.accountId);
    await terminal.waitFor("? Gateway ID");
    expect(gateway.requests.length).toBe(asked);
    terminal.paste(`${CANARY_TOKEN}x`);
    await terminal.waitFor(/✔ Gateway ID \(pasted\).*api\.token-unknown.*\? Gateway ID/s);
    expect(gateway.requests.length).toBe(2 * asked);
  });

  it("can be told the answers all the same, and going back returns to the list", async () => {
    const { terminal, home, finish } = await open(world(), IN_ENVIRONMENT);
    await choose(terminal, "Account ID", "Other");
    await terminal.waitFor("? Gateway ID");
    terminal.press("escape");
    await choose(terminal, "Account ID", "Enter it instead");
    await terminal.waitFor(`(${OTHER.id})`);
    await answer(terminal, "Account ID", KNOWN.accountId);
    await choose(terminal, "Gateway ID", "Enter it instead");
    await terminal.waitFor("It is the gateway's name in the dashboard");
    terminal.press("escape");
    await choose(terminal, "Gateway ID", "Enter it instead");
    await answer(terminal, "Gateway ID", KNOWN.gatewayId);
    await finish();
    expect(urlIn(home)).toBe(urlOf(KNOWN.gatewayId));
  });

  it("asks for the gateway again where another account is chosen than the one whose address was typed", async () => {
    const { terminal, home, finish } = await open(world(), IN_ENVIRONMENT);
    await choose(terminal, "Account ID", "Enter it instead");
    await terminal.waitFor("It is in the dashboard's URL");
    terminal.type(`https://gateway.ai.cloudflare.com/v1/${OTHER.id}/theirs`);
    terminal.press("enter");
    await terminal.waitFor("? API key");
    terminal.press("escape");
    await choose(terminal, "Account ID", "Stand-in");
    await choose(terminal, "Gateway ID", KNOWN.gatewayId);
    await finish();
    expect(urlIn(home)).toBe(urlOf(KNOWN.gatewayId));
  });

  it("finds the gateway that it created where the answer was lost", async () => {
    const { terminal, home, finish, gateway } = await open(world(), IN_ENVIRONMENT);
    await choose(terminal, "Account ID", "Stand-in");
    await choose(terminal, "Gateway ID", "Create a gateway");
    await answer(terminal, "ID of the new gateway", "mine");
    gateway.dial("half-answer", { times: 1, path: "/ai-gateway/gateways" });
    await answer(terminal, 'Create the gateway "mine" in your account?');
    await terminal.waitFor('✔ Created gateway "mine".');
    await finish(KNOWN.runToken);
    expect(urlIn(home)).toBe(urlOf("mine"));
    expect(gateway.requests.filter(({ method }) => method === "POST")).toHaveLength(1);
  });

  it("says that a list is cut", async () => {
    const gateways = Array.from({ length: 2501 }, (_, index) => ({ id: `gateway-${index}` }));
    const { terminal } = await open(world({ gateways }), IN_ENVIRONMENT);
    await choose(terminal, "Account ID", "Stand-in");
    await terminal.waitFor("❯ gateway-0");
    expect(terminal.screen()).toContain("Only the first 2,500 are listed. Type the ID if yours is missing.");
    terminal.press("ctrl-c");
    expect(await terminal.exit).toMatchObject({ status: 130 });
  });

  it("creates nothing when nothing is to be written", async () => {
    const { terminal } = await open(world(), IN_ENVIRONMENT, ["--dry-run"]);
    await choose(terminal, "Account ID", "Stand-in");
    await terminal.waitFor("? Gateway ID");
    expect(terminal.screen()).not.toContain("Create");
  });
});

describeInTerminal("with a token of Cloudflare's API, the wizard", () => {
  it("lists a great many gateways without a word from Node", async () => {
    const gateways = Array.from({ length: 601 }, (_, index) => ({ id: `gateway-${index}` }));
    const { terminal, gateway } = await open(world({ gateways }), IN_ENVIRONMENT, [], openTerminalProcess);
    await choose(terminal, "Account ID", "Stand-in");
    await terminal.waitFor("❯ gateway-0");
    expect(gateway.requests.filter(({ path }) => path.includes("/gateways?"))).toHaveLength(13);
    expect(terminal.bytes).not.toContain("Warning");
    terminal.press("ctrl-c");
    expect(await terminal.exit).toMatchObject({ status: 130 });
  });
});
