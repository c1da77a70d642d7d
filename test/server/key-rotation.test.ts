import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ask } from "../support/client.ts";
import { CANARY_CLIENT_TOKEN, startGatewayHere, writeHome } from "../support/gateway-process.ts";
import { CANARY_KEY, openclaw, temporaryHome } from "../support/program.ts";
import { standIn as startStandIn } from "../support/stand-in.ts";
import { leaks } from "../support/terminal.ts";

const ID = "cloudflare-ai-gateway";
const MODEL = "claude-sonnet-4-6";
const NAME = "CLOUDFLARE_AI_GATEWAY_API_KEY";
/** Alike where a leak is looked for, apart where a key is told from another. */
const keyOf = (who: string) => CANARY_KEY.replace("CANARYkeyCANARYkey", `CANARYkey${who}CANARYkey`);
const [ONE, TWO, THREE] = ["One", "Two", "Three"].map(keyOf) as [string, string, string];
const TOKEN = { OPENCLAW_GATEWAY_TOKEN: CANARY_CLIENT_TOKEN };

/** A home whose provider has these variables, before a stand-in that knows all keys. */
async function prepared(secrets: Readonly<Record<string, string>>, more: object = {}) {
  const standIn = await startStandIn({
    gateways: [{ authentication: false }],
    anthropicKeys: [ONE, TWO, THREE].map((value) => ({ value })),
  });
  const home = temporaryHome();
  const config = {
    models: {
      providers: {
        [ID]: {
          baseUrl: `${standIn.gatewayBase()}/anthropic`,
          api: "anthropic-messages",
          apiKey: `\${${NAME}}`,
          models: [{ id: MODEL, name: "Sonnet" }],
        },
      },
    },
    agents: { defaults: { model: { primary: `${ID}/${MODEL}` } } },
    gateway: { auth: { mode: "token", token: "${OPENCLAW_GATEWAY_TOKEN}" } },
    ...more,
  };
  writeHome(home, config, { ...TOKEN, ...secrets });
  return { standIn, home, secretsPath: join(home, ".openclaw", ".env") };
}

const say = async (url: string) => {
  const body = { model: MODEL, max_tokens: 1, messages: [{ role: "user", content: "Hi" }] };
  return (await ask(`${url}/v1/messages`, { body, headers: { "x-api-key": CANARY_CLIENT_TOKEN } })).status;
};

/** A server on this machine takes any text for a key. */
function moveElsewhere(home: string): void {
  const path = join(home, ".openclaw", "openclaw.json");
  const elsewhere = "https://gateway.ai.cloudflare.com/v1/0123456789abcdef0123456789abcdef/my-gw";
  writeFileSync(path, readFileSync(path, "utf8").replace(/http:[^"]*(?=.anthropic)/, elsewhere));
}

const saidOf = (name: string, what: string) => new RegExp(`${name}\\b.*${what}`);

describe("keys in rotation", () => {
  it.each<[string, Record<string, string>, Record<string, string>, object, readonly string[]]>([
    ["a list in .env", { [`${NAME}S`]: `${ONE},${TWO}` }, {}, {}, [ONE, TWO]],
    ["a list with semicolons, blanks and doubles", { [`${NAME}S`]: `${ONE}; ${TWO} ;${ONE},` }, {}, {}, [ONE, TWO]],
    ["a key and a list", { [NAME]: THREE, [`${NAME}S`]: `${THREE},${ONE}` }, {}, {}, [THREE, ONE]],
    ["a key and numbered ones", { [NAME]: ONE, [`${NAME}_2`]: THREE, [`${NAME}_1`]: TWO }, {}, {}, [ONE, TWO, THREE]],
    ["a list before numbered ones", { [`${NAME}_1`]: TWO, [`${NAME}S`]: ONE }, {}, {}, [ONE, TWO]],
    ["numbered ones alone", { [`${NAME}_10`]: TWO, [`${NAME}_2`]: ONE }, {}, {}, [ONE, TWO]],
    ["the environment before .env", { [`${NAME}S`]: THREE }, { [`${NAME}S`]: `${ONE},${TWO}` }, {}, [ONE, TWO]],
    ["env.vars of the configuration", {}, {}, { env: { vars: { [`${NAME}S`]: `${ONE},${TWO}` } } }, [ONE, TWO]],
  ])("are taken from %s", async (_, secrets, env, more, keys) => {
    const { standIn, home } = await prepared(secrets, more);
    const { url } = await startGatewayHere({ home, env });
    standIn.dial("anthropic-rate_limit_error", { times: keys.length - 1, retryAfter: 60 });
    expect(await say(url)).toBe(200);
    expect(standIn.requests.map(({ headers }) => headers["x-api-key"])).toEqual(keys);
  });

  it("are not sent where Cloudflare stores the key", async () => {
    const { standIn, home } = await prepared({ [`${NAME}S`]: `${ONE},${TWO}`, CF_AIG_TOKEN: "cfut_0123456789abcdef" });
    const path = join(home, ".openclaw", "openclaw.json");
    const config = JSON.parse(readFileSync(path, "utf8"));
    const { apiKey: _, ...entry } = config.models.providers[ID];
    const headers = { "cf-aig-authorization": "Bearer ${CF_AIG_TOKEN}" };
    config.models.providers[ID] = { ...entry, auth: "token", headers };
    writeFileSync(path, JSON.stringify(config));
    const { url } = await startGatewayHere({ home });
    standIn.dial("anthropic-rate_limit_error", { times: 1, retryAfter: 60 });
    expect(await say(url)).toBe(429);
    expect(standIn.requests.map(({ headers: sent }) => sent["x-api-key"])).toEqual([undefined]);
  });

  it("are read again when they change", async () => {
    const { standIn, home, secretsPath } = await prepared({ [`${NAME}S`]: `${ONE},${TWO}` });
    const { url, says, printed } = await startGatewayHere({ home });
    writeFileSync(secretsPath, readFileSync(secretsPath, "utf8").replace(TWO, THREE));
    await says(/was reloaded/);
    standIn.dial("anthropic-rate_limit_error", { times: 1, retryAfter: 60 });
    expect(await say(url)).toBe(200);
    expect(standIn.requests.map(({ headers }) => headers["x-api-key"])).toEqual([ONE, THREE]);
    await says(/claude-sonnet-4-6 \(key 1\): anthropic\.rate-limited/);
    expect(leaks(home, printed())).toEqual([]);
  });

  it.each([
    ["a reference", "${OTHER}", "looks like a reference"],
    ["a command", "$(cat/key)", "looks like a command"],
    ["a placeholder", "sk-ant-your-key-here", "is a placeholder"],
  ])("are refused by their position where one is %s", async (_, bad, what) => {
    const { home } = await prepared({ [`${NAME}S`]: `${ONE},${bad}` });
    moveElsewhere(home);
    const { stdout, stderr } = await openclaw(["doctor", "--offline"], { home });
    expect(stdout).toContain(`Key 2 of ${NAME}S ${what}`);
    const run = await openclaw(["gateway", "run", "--port", "0"], { home });
    expect(run).toMatchObject({ status: 78, stderr: expect.stringContaining(`Key 2 of ${NAME}S ${what}`) });
    expect(leaks(home, stdout, stderr, run.stdout, run.stderr)).toEqual([]);
    expect(stdout + run.stderr).not.toContain(bad);
  });

  it.each([
    ["a placeholder in brackets", "<your-key>", "placeholder"],
    ["a Cloudflare API token", "cfut_MADEUPXrunMADEUPXrunMADEUPXrunMADEUPX12345678", "Cloudflare API token"],
  ])("are judged by doctor like the first, where one is %s", async (_, bad, what) => {
    const { home } = await prepared({ [`${NAME}S`]: `${ONE},${bad}` });
    const doctor = await openclaw(["doctor", "--offline"], { home });
    expect(doctor).toMatchObject({ status: 1, stdout: expect.stringContaining(`Key 2 of ${NAME}S: `) });
    expect(doctor.stdout).toContain(what);
    expect(doctor.stdout + doctor.stderr).not.toContain(bad);
  });

  it("are refused by their position where HTTP cannot carry one", async () => {
    const { home } = await prepared({ [`${NAME}_7`]: `${THREE}\u2026x`, [NAME]: ONE });
    const { stdout } = await openclaw(["doctor", "--offline"], { home });
    expect(stdout).toContain(`${NAME}_7: The API key contains a non-ASCII character`);
    const { url, printed } = await startGatewayHere({ home });
    expect(printed()).toContain(`${NAME}_7: The API key contains a non-ASCII character`);
    expect(await say(url)).toBe(503);
    expect(leaks(home, stdout, printed())).toEqual([]);
  });

  it.each([
    ["a placeholder", "sk-ant-your-key-here", "is a placeholder", true],
    ["a reference", "${OTHER_KEY}", "looks like a reference", true],
    ["a masked value", "sk-ant-****wXyZ", "is a masked value", true],
    ["a key with a character that no header carries", `${THREE}\u017c`, "contains a non-ASCII character", false],
    ["a key with a blank", "sk-ant-api03-MADE UP", "contains a space or tab", false],
    ["another service's token", "cfut_MADEUPXrunMADEUPXrunMADEUPXrunMADEUPX12345678", "Cloudflare API token", false],
    ["a key with its scheme", `Bearer ${THREE}`, "contains more than the credential", false],
    ["JSON", '{"key":1}', "This is JSON", false],
  ])("are judged alike by the lists, status, doctor and the gateway: %s", async (_, bad, what, isFatal) => {
    const { home } = await prepared({ [NAME]: ONE });
    moveElsewhere(home);
    const env = { [`${NAME}_2`]: bad };
    const run = (...args: string[]) => openclaw(args, { home, env });
    const about = `${NAME}_2`;
    const list = await run("models", "list", "--json");
    expect(JSON.parse(list.stdout).models).toMatchObject([{ available: false }]);
    expect(list.stderr).toMatch(saidOf(about, what));
    const status = await run("gateway", "status", "--json");
    expect(JSON.parse(status.stdout).problems.filter((text: string) => saidOf(about, what).test(text))).toHaveLength(1);
    const doctor = await run("doctor", "--offline", "--json");
    const failed = JSON.parse(doctor.stdout).checks.filter(({ status: one }: { status: string }) => one === "fail");
    expect(failed.map(({ message }: { message: string }) => message)).toEqual([
      expect.stringMatching(saidOf(about, what)),
    ]);
    if (isFatal) {
      const gateway = await run("gateway", "run", "--port", "0");
      expect(gateway).toMatchObject({ status: 78, stderr: expect.stringMatching(saidOf(about, what)) });
    } else {
      const { url, printed } = await startGatewayHere({ home, env });
      expect(printed()).toMatch(saidOf(about, what));
      expect(await say(url)).toBe(503);
    }
    expect(leaks(home, list.stdout, list.stderr, status.stdout, doctor.stdout)).toEqual([]);
  });

  it("are counted by status", async () => {
    const { home } = await prepared({ [`${NAME}S`]: `${ONE},${TWO},${ONE}`, [`${NAME}_1`]: THREE });
    const json = await openclaw(["gateway", "status", "--json"], { home });
    expect(JSON.parse(json.stdout).rotation).toEqual([{ of: ID, keys: 3 }]);
    const shown = await openclaw(["gateway", "status"], { home });
    expect(shown.stdout).toContain(`3 keys in rotation (${ID})`);
  });

  it("are known to doctor, models and status, which show none", async () => {
    const { home } = await prepared({ [`${NAME}S`]: `${ONE},${TWO}`, [`${NAME}_1`]: THREE });
    const shown: string[] = [];
    const run = async (...args: string[]) => {
      const { status, stdout, stderr } = await openclaw(args, { home });
      shown.push(stdout, stderr);
      return { status, stdout, stderr };
    };
    const doctor = await run("doctor", "--verbose");
    expect(doctor.stdout).not.toContain("has no value");
    expect(doctor.stdout).toContain(`${NAME}S`);
    expect(doctor.stdout).toContain(`${NAME}_1`);
    expect(doctor).toMatchObject({ status: 0 });
    expect(JSON.parse((await run("models", "list", "--json")).stdout).models[0]).toMatchObject({ available: true });
    expect((await run("models", "list", "--live")).status).toBe(0);
    await run("doctor", "--json");
    await run("doctor", "--report");
    await run("gateway", "status");
    expect(leaks(home, ...shown)).toEqual([]);
  });

  it("outlast onboarding", async () => {
    const secrets = { [`${NAME}S`]: `${ONE},${TWO}`, [`${NAME}_1`]: THREE };
    const { standIn, home, secretsPath } = await prepared(secrets);
    const before = readFileSync(secretsPath, "utf8");
    const args = ["onboard", "--non-interactive", "--no-verify", "--auth-choice", `${ID}-api-key`];
    const base = ["--cloudflare-ai-gateway-base-url", `${standIn.gatewayBase()}/anthropic`];
    expect(await openclaw([...args, ...base], { home })).toMatchObject({ status: 0 });
    expect(readFileSync(secretsPath, "utf8")).toBe(before);
    expect(await openclaw([...args, ...base, `--${ID}-api-key`, CANARY_KEY], { home })).toMatchObject({ status: 0 });
    for (const line of before.trim().split("\n")) expect(readFileSync(secretsPath, "utf8")).toContain(line);
    expect(readFileSync(secretsPath, "utf8")).toMatch(new RegExp(`^${NAME}=.*${CANARY_KEY}`, "m"));
  });
});
