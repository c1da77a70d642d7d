import { describe, expect, it } from "vitest";
import { Secret } from "../../src/core/secret.ts";
import type { Answer } from "../../src/onboard/answers.ts";
import { problemWith, readAnswer } from "../../src/onboard/typed-answer.ts";
import { cloudflareAiGateway as provider } from "../../src/providers/cloudflare-ai-gateway/provider.ts";
import { en } from "../../src/text/en/index.ts";
import { say } from "../../src/text/message.ts";
import { ACCOUNT, CANARY_KEY, CANARY_TOKEN } from "../support/program.ts";

function field(id: string) {
  const found = provider.fields.find((candidate) => candidate.id === id);
  if (found === undefined) throw new Error(id);
  return found;
}

/** What the question about a field makes of an answer. */
const asked = (question: string) => ({ kind: "wizard", question }) as const;
const PRESET: Answer = { kind: "value", value: "kept", source: { kind: "file", path: "openclaw.json" } };
const problem = (raw: string, id: string, preset?: Answer) =>
  problemWith(raw, { field: field(id), provider, preset }, en);
function read(raw: string, id: string, preset?: Answer) {
  const { notes, ...rest } = readAnswer(raw, { field: field(id), provider, preset });
  return { ...rest, notes: notes.map((note) => say(note, en)) };
}

describe("problemWith", () => {
  it("lets Enter alone pass where there is something to keep, or nothing is needed", () => {
    expect(problem("", "accountId", PRESET)).toBeUndefined();
    expect(problem(" \n", "gatewayToken")).toBeUndefined();
    expect(problem("", "accountId")).toBe("Account ID is required.");
  });

  it.each([
    [CANARY_KEY, "accountId"],
    [`"${CANARY_KEY}"\n`, "gatewayId"],
    [CANARY_TOKEN, "apiKey"],
    [CANARY_KEY, "gatewayToken"],
    [`${CANARY_KEY}\nmy-gw`, "accountId"],
    [`CLOUDFLARE_ACCOUNT_ID=${CANARY_KEY}\nx=y`, "accountId"],
    [`${CANARY_KEY} and more`, "apiKey"],
  ])("refuses a credential in the wrong place without repeating it (%#)", (raw, id) => {
    const text = problem(raw, id);
    expect(text).toBeTypeOf("string");
    expect(text).not.toContain("CANARY");
  });

  it("finds nothing wrong with a block that speaks about other questions only", () => {
    expect(problem(`\nANTHROPIC_API_KEY=${CANARY_KEY}\nx=y\n`, "accountId")).toBeUndefined();
  });

  it("takes several plain lines if each answers something, else names the first line break", () => {
    expect(problem(`my-gw\n${CANARY_KEY}`, "gatewayId")).toBeUndefined();
    expect(problem("my-gw\nnot an id", "gatewayId")).toMatch(/a line break at character 6/);
    expect(problem("not an id\nmy-gw", "gatewayId")).toMatch(/a space or tab at character 4/);
  });
});

describe("readAnswer", () => {
  it("leaves what is configured to the configuration on Enter alone, and keeps what was given before", () => {
    const none = { kind: "none", source: asked("accountId") };
    expect(read("", "accountId", PRESET)).toEqual({ answers: { accountId: none }, notes: [], pending: [] });
    expect(read("", "gatewayToken").answers).toEqual({ gatewayToken: { kind: "none", source: asked("gatewayToken") } });
    const given: Answer = { kind: "value", value: "mine", source: asked("gatewayId") };
    expect(read("", "accountId", given).answers).toEqual({ accountId: { ...given, source: asked("accountId") } });
    const byFlag: Answer = { kind: "value", value: "mine", source: { kind: "flag", name: "--x" } };
    expect(read("", "accountId", byFlag).answers).toEqual({ accountId: byFlag });
  });

  it("says what it repaired, and nothing about blanks", () => {
    expect(read(`"${ACCOUNT.toUpperCase()}"`, "accountId")).toEqual({
      answers: { accountId: { kind: "value", value: ACCOUNT, source: asked("accountId") } },
      notes: ["Account ID: removed quotes, changed to lower case."],
      pending: [],
    });
    expect(read(` ${ACCOUNT} `, "accountId").notes).toEqual([]);
  });

  it("warns about an ID of an unusual form and takes it", () => {
    const { answers, notes } = read("abc", "accountId");
    expect(answers).toEqual({ accountId: { kind: "value", value: "abc", source: asked("accountId") } });
    expect(notes).toEqual(["This does not look like an account ID. Account IDs have 32 hexadecimal digits."]);
  });

  it("stores a secret as one", () => {
    const { answers } = read(`Bearer ${CANARY_KEY}`, "apiKey");
    expect(answers.apiKey).toEqual({ kind: "secret", value: new Secret(CANARY_KEY), source: asked("apiKey") });
    expect(answers.apiKey?.kind === "secret" && answers.apiKey.value.reveal()).toBe(CANARY_KEY);
    expect(JSON.stringify(answers)).not.toContain("CANARY");
  });

  it("leaves further lines for the next questions", () => {
    expect(read(`${ACCOUNT}\n\n my-gw\n${CANARY_KEY}\n`, "accountId").pending).toEqual(["my-gw", CANARY_KEY]);
  });

  it("says of a block's line why what only looks like a reference is no answer", () => {
    const block = `CLOUDFLARE_GATEWAY_ID=my-gw\nANTHROPIC_API_KEY=\${MY_KEY:-CANARY}\nCF_AIG_TOKEN=<your-token>\n`;
    const { answers, notes } = read(block, "gatewayId");
    expect(Object.keys(answers)).toEqual(["gatewayId"]);
    expect(notes).toEqual([
      "Found in the pasted text: Gateway ID.",
      "API key: ignored. This looks like a reference, but nothing replaces it.",
      "Gateway token: ignored. This is a placeholder, not a value.",
    ]);
    expect(problem(block, "apiKey")).toContain("looks like a reference");
    expect(problem("ANTHROPIC_API_KEY=%MY_KEY%\nx=y", "apiKey")).toContain("looks like a reference");
  });

  it("takes # in a value for a part of it, and behind a space for a comment", () => {
    const { answers } = read(`CF_AIG_TOKEN=a#bcdef # mine\nANTHROPIC_API_KEY=${CANARY_KEY} #x\n`, "apiKey");
    expect(plain(answers)).toEqual({ gatewayToken: "a#bcdef", apiKey: CANARY_KEY });
  });

  it("says when nothing in a block can be used", () => {
    const { answers, notes } = read(`CLOUDFLARE_GATEWAY_ID=a/b\nx=y`, "accountId");
    expect(answers).toEqual({});
    expect(notes).toEqual([
      "The pasted text contains no answer.",
      "Gateway ID: ignored. It contains '/' at character 2; only letters, digits, '-' and '_' are allowed.",
      "1 other pasted line was not used.",
    ]);
  });
});

/** A key, an account ID and a URL as terminals and mail programs break them. */
const HALF = [CANARY_KEY.slice(0, 30), CANARY_KEY.slice(30)] as const;
const GATEWAY = `gateway.ai.cloudflare.com/v1/${ACCOUNT}/my-gw`;

/** The answers in clear. */
function plain(answers: ReturnType<typeof read>["answers"]) {
  const entries = Object.entries(answers).map(([id, answer]) => {
    if (answer.kind === "secret") return [id, answer.value.reveal()];
    return [id, answer.kind === "value" ? answer.value : answer.kind];
  });
  return Object.fromEntries(entries);
}

describe("a paste that was wrapped", () => {
  it.each<[string, string, string, Record<string, string>, string]>([
    ["a key in two lines", "apiKey", HALF.join("\n"), { apiKey: CANARY_KEY }, "API key: joined from 2 pasted lines."],
    ["a key in a quoted mail", "apiKey", `> ${HALF.join("\r\n> ")}\r\n`, { apiKey: CANARY_KEY }, "joined from 2"],
    ["a key in quotes", "apiKey", `"${HALF.join("\n  ")}"`, { apiKey: CANARY_KEY }, "joined from 2"],
    [
      "an account ID in three lines",
      "accountId",
      `${ACCOUNT.slice(0, 10)}\n${ACCOUNT.slice(10, 20)}\n${ACCOUNT.slice(20)}`,
      { accountId: ACCOUNT },
      "Account ID: joined from 3 pasted lines.",
    ],
    [
      "a URL broken within the account",
      "accountId",
      `https://${GATEWAY}/anthropic`.replace("89ab", "89\n  ab"),
      { accountId: ACCOUNT, gatewayId: "my-gw" },
      "Joined from several pasted lines: Account ID, Gateway ID.",
    ],
    [
      "a URL broken within the host",
      "accountId",
      `https://${GATEWAY}`.replace("cloud", "cloud\n"),
      { accountId: ACCOUNT, gatewayId: "my-gw" },
      "Joined from several pasted lines: Account ID, Gateway ID.",
    ],
    ["a gateway ID", "gatewayId", "my-long-\ngateway", { gatewayId: "my-long-gateway" }, "joined from 2"],
    [
      "a .env file",
      "accountId",
      `CLOUDFLARE_AI_GATEWAY_ACCOUNT_ID=${ACCOUNT.slice(0, 16)}\n${ACCOUNT.slice(16)}\nCLOUDFLARE_AI_GATEWAY_GATEWAY_ID=my-gw\nANTHROPIC_API_KEY=${HALF.join("\n")}\n`,
      { accountId: ACCOUNT, gatewayId: "my-gw", apiKey: CANARY_KEY },
      "Joined from several pasted lines: Account ID, API key.",
    ],
    [
      "a command",
      "accountId",
      `curl https://${GATEWAY}/anthropic/v1/messages \\\n  -H 'x-api-key: ${HALF.join("\n")}' \\\n  -d '{}'`,
      { accountId: ACCOUNT, gatewayId: "my-gw", apiKey: CANARY_KEY },
      "Joined from several pasted lines: API key.",
    ],
    [
      "a name whose value is in the next line",
      "apiKey",
      `ANTHROPIC_API_KEY=\n${CANARY_KEY}`,
      { apiKey: CANARY_KEY },
      "Joined from several pasted lines: API key.",
    ],
  ])("is joined, and says so: %s", (_, id, raw, expected, note) => {
    expect(problem(raw, id)).toBeUndefined();
    const { answers, notes } = read(raw, id);
    expect(plain(answers)).toEqual(expected);
    expect(notes.join("\n")).toContain(note);
  });

  it("divides lines into answers where some are wrapped", () => {
    const { answers, pending, notes } = read(`${ACCOUNT}\nmy-\ngw\n${HALF.join("\n")}`, "accountId");
    expect(plain(answers)).toEqual({ accountId: ACCOUNT });
    expect(pending).toEqual(["my-gw", CANARY_KEY]);
    expect(notes).toEqual(["Gateway ID: joined from 2 pasted lines.", "API key: joined from 2 pasted lines."]);
  });

  it.each([
    ["with words after it", "apiKey", `${HALF[0]}\n${HALF[1]} and more`, HALF[0].length + 1],
    ["with a divider in it", "apiKey", `${CANARY_KEY}\n--\nBob`, CANARY_KEY.length + 1],
    ["that may be two answers", "apiKey", `${CANARY_KEY}\nAb1${"x".repeat(37)}`, CANARY_KEY.length + 1],
    ["in the middle of an ID", "accountId", `${ACCOUNT.slice(0, 16)}\n${ACCOUNT.slice(20)}`, 17],
    ["by a blank", "accountId", `${ACCOUNT.slice(0, 16)} ${ACCOUNT.slice(16)}`, 17],
    ["by a blank in a URL", "accountId", `https://${GATEWAY}`.replace("/my", " /my"), 70],
    ["by a blank in a file", "apiKey", `X=y\nANTHROPIC_API_KEY=${HALF.join(" ")}`, 31],
    ["by an open quote", "apiKey", `X=y\nANTHROPIC_API_KEY="${CANARY_KEY}`, CANARY_KEY.length + 2],
  ])("is refused with its place if it is broken %s", (_, id, raw, position) => {
    expect(problem(raw, id)).toMatch(new RegExp(`at character ${position}[.;]`));
  });

  it("says how many lines it did not use", () => {
    const block = `# mine\nLOG_LEVEL=debug\nMY_NAME=Bob\n\nCLOUDFLARE_ACCOUNT_ID=${ACCOUNT}\nproduction\n`;
    const { answers, notes } = read(block, "accountId");
    expect(plain(answers)).toEqual({ accountId: ACCOUNT });
    expect(notes).toEqual(["Found in the pasted text: Account ID.", "3 other pasted lines were not used."]);
  });

  it("takes a key in a line of its own, wrapped or not, beside what is named", () => {
    for (const key of [CANARY_KEY, HALF.join("\n")]) {
      const { answers, notes } = read(`https://${GATEWAY}/anthropic\n\n${key}\n`, "accountId");
      expect(plain(answers)).toEqual({ accountId: ACCOUNT, gatewayId: "my-gw", apiKey: CANARY_KEY });
      expect(notes.slice(1)).toEqual(key === CANARY_KEY ? [] : ["Joined from several pasted lines: API key."]);
    }
  });

  it("keeps a here-document's end out of the value", () => {
    const { answers } = read(`cat > .env <<'EOF'\nANTHROPIC_API_KEY=${CANARY_KEY}\nEOF`, "apiKey");
    expect(plain(answers)).toEqual({ apiKey: CANARY_KEY });
  });

  it("is read from JSON by its names, and refused as JSON without them", () => {
    const named = `{\n  "CLOUDFLARE_ACCOUNT_ID": "${ACCOUNT}",\n  "ANTHROPIC_API_KEY": "${CANARY_KEY}"\n}`;
    expect(plain(read(named, "accountId").answers)).toEqual({ accountId: ACCOUNT, apiKey: CANARY_KEY });
    for (const json of [`{"id": "${ACCOUNT}"}`, `{"id":"${ACCOUNT}"}`, `{\n  "id": "${ACCOUNT}"\n}`, `["${ACCOUNT}"]`])
      expect(problem(json, "accountId")).toBe(
        "This is JSON, not a single value. Copy only the value, without quotes and braces.",
      );
  });
});

describe("a URL at the account ID", () => {
  it.each([
    ["openai", "openai"],
    ["openai/v1/chat/completions", "openai"],
    ["workers-ai/v1", "workers-ai"],
    ["anthropic/v1/messages", undefined],
    ["", undefined],
  ])("says which endpoint it means: /%s", (path, endpoint) => {
    const { answers, notes } = read(`https://${GATEWAY}/${path}`, "accountId");
    expect(plain(answers)).toEqual({ accountId: ACCOUNT, gatewayId: "my-gw", ...(endpoint && { endpoint }) });
    if (endpoint) expect(notes).toContain(`Endpoints: found ${endpoint} in the URL.`);
  });

  it.each([
    ["compat", "The OpenAI-compatible endpoint /compat is not supported."],
    ["compat/chat/completions", "The OpenAI-compatible endpoint /compat is not supported."],
    ["google-ai-studio/v1", "The URL is that of the endpoint /google-ai-studio, which is not supported."],
  ])("is refused if it means an endpoint that is not supported: /%s", (path, sentence) => {
    for (const id of ["accountId", "gatewayId"])
      expect(problem(`https://${GATEWAY}/${path}`, id), id).toContain(sentence);
    const block = `curl https://${GATEWAY}/${path} \\\n -H 'x: y'`;
    expect(plain(read(block, "accountId").answers)).toEqual({ accountId: ACCOUNT, gatewayId: "my-gw" });
    expect(read(block, "accountId").notes.join(" ")).toMatch(/Endpoints: ignored\. /);
  });

  it.each([
    `dash.cloudflare.com/${ACCOUNT}/ai/ai-gateway/gateways/my-gw`,
    `https://dash.cloudflare.com/${ACCOUNT}/ai/ai-gateway/my-gw/logs`,
    GATEWAY,
  ])("is taken with and without its scheme: %s", (url) => {
    expect(plain(read(url, "accountId").answers)).toEqual({ accountId: ACCOUNT, gatewayId: "my-gw" });
  });

  it.each(["https://ai.example.com/v1/x", "ai.example.com/anthropic", "http://127.0.0.1:8787", "https://claude.ai"])(
    "leads to the base URL if it is of another host: %s",
    (url) => {
      expect(problem(url, "accountId")).toBe(
        "This URL is not Cloudflare's, or does not contain an account ID. If it is the address of a custom domain, pass it with `--cloudflare-ai-gateway-base-url`.",
      );
    },
  );
});

it("does not take blanks for Enter where there is something to keep", () => {
  for (const blanks of [" ", "\t", "\u3000"]) {
    expect(problem(blanks, "baseUrl", PRESET)).toBe(
      "This is only blanks. Press Enter alone to keep the current answer.",
    );
    expect(problem(blanks, "gatewayToken")).toBeUndefined();
  }
  expect(problem("", "baseUrl", PRESET)).toBeUndefined();
});

describe("a credential where none belongs", () => {
  it.each(["endpoint", "byokAlias", "baseUrl", "gatewayId", "accountId", "credentials", "paidFallback"])(
    "is refused unrepeated: %s",
    (id) => {
      const bare = "CANARYtokenCANARYtokenCANARYtoken1234567";
      for (const secret of [CANARY_KEY, CANARY_TOKEN, bare, `https://user:${CANARY_KEY}@ai.example.com`]) {
        const sentence = problem(secret, id);
        expect(sentence).toBeTypeOf("string");
        expect(sentence).not.toContain("CANARY");
        expect(sentence).not.toContain("canary");
      }
    },
  );
});

describe("pastes as programs, chats and mails have them", () => {
  it.each([
    `$env:ANTHROPIC_API_KEY="${CANARY_KEY}"`,
    `$env:ANTHROPIC_API_KEY = '${CANARY_KEY}'`,
    `set "ANTHROPIC_API_KEY=${CANARY_KEY}"`,
    `setx ANTHROPIC_API_KEY ${CANARY_KEY}`,
    `set -gx ANTHROPIC_API_KEY ${CANARY_KEY}`,
    `docker run -e ANTHROPIC_API_KEY=${CANARY_KEY} -it image`,
    `ANTHROPIC_API_KEY: ${CANARY_KEY}`,
    `{"ANTHROPIC_API_KEY": "${CANARY_KEY}"}`,
    `-H "x-api-key: ${CANARY_KEY}"`,
    `"x-api-key": "${CANARY_KEY}",`,
    `\`${CANARY_KEY}\``,
    `# ANTHROPIC_API_KEY=${CANARY_TOKEN}\nANTHROPIC_API_KEY=${CANARY_KEY}`,
    `ANTHROPIC_API_KEY=${CANARY_KEY}\n  // "ANTHROPIC_API_KEY": "sk-ant-old",`,
    `CF_AIG_TOKEN=x # ANTHROPIC_API_KEY=sk-ant-old\nANTHROPIC_API_KEY=${CANARY_KEY} # it's new`,
    `ANTHROPIC_API_KEY=sk-ant-old\nANTHROPIC_API_KEY=${CANARY_KEY}`,
    `set ANTHROPIC_API_KEY=${CANARY_KEY}\nREM set ANTHROPIC_API_KEY=sk-ant-old`,
    `ANTHROPIC_API_KEY=${CANARY_KEY}\nANTHROPIC_API_KEY=<your key>`,
    `curl https://a.example -H "x-api-key: ${CANARY_KEY}"\ncurl https://b.example -H "x-api-key: $KEY"`,
    `\u200BANTHROPIC_API_KEY=${CANARY_KEY}\nLOG=1`,
    `@{ "x-api-key" = "${CANARY_KEY}"\n  "anthropic-version" = "2023-06-01" }`,
  ])("reads the key that is in force (%#)", (raw) => {
    expect(problem(raw, "apiKey")).toBeUndefined();
    expect(plain(read(raw, "apiKey").answers).apiKey).toBe(CANARY_KEY);
  });

  it("counts an assignment that a later one replaces, and takes none that is commented out alone", () => {
    const twice = read(`CF_AIG_TOKEN=first-one\nCF_AIG_TOKEN=second-one\n`, "gatewayToken");
    expect(plain(twice.answers)).toEqual({ gatewayToken: "second-one" });
    expect(twice.notes).toContain("1 other pasted line was not used.");
    expect(plain(read(`# ANTHROPIC_API_KEY=${CANARY_KEY}\nCF_AIG_TOKEN=mine\n`, "apiKey").answers)).toEqual({
      gatewayToken: "mine",
    });
  });

  it("takes the default of a reference for no value", () => {
    expect(problem(`LOG=1\nkey: \${ANTHROPIC_API_KEY:-abcdef}`, "apiKey")).toBeTypeOf("string");
  });

  it("mixes no account with the gateway of another", () => {
    const url = (account: string, gateway: string) =>
      `https://gateway.ai.cloudflare.com/v1/${account}/${gateway}/openai`;
    const named = `CLOUDFLARE_ACCOUNT_ID="${ACCOUNT}"\n`;
    const other = "f".repeat(32);
    expect(plain(read(`${named}BASE=${url(other, "theirs")}`, "accountId").answers)).toEqual({ accountId: ACCOUNT });
    expect(plain(read(`${named}BASE=${url(ACCOUNT, "mine")}`, "accountId").answers)).toEqual({
      accountId: ACCOUNT,
      gatewayId: "mine",
      endpoint: "openai",
    });
    const gateway = read(`CLOUDFLARE_GATEWAY_ID=mine\nBASE=${url(ACCOUNT, "another")}`, "accountId");
    expect(plain(gateway.answers)).toEqual({ accountId: ACCOUNT, gatewayId: "mine" });
  });

  it.each([".", ",", ";", "**"])("refuses a key with %s behind it, by its place", (end) => {
    expect(problem(`${CANARY_KEY}${end}`, "apiKey")).toContain(`at character ${CANARY_KEY.length + 1}`);
    expect(problem(`*${CANARY_KEY}*`, "apiKey")).toContain("at character 1.");
  });

  it("joins nothing across an empty line", () => {
    expect(problem(`${CANARY_KEY}\n\nThanks\nBob`, "apiKey")).toContain("a line break at character");
    expect(read(`${ACCOUNT}\n\nmy-gw`, "accountId").pending).toEqual(["my-gw"]);
  });

  it.each(["(URL)", "<URL>", "<URL|gateway>", "[gateway](URL)", "URL.", "URL,"])("reads the address in %s", (form) => {
    for (const path of ["", "/anthropic"]) {
      const raw = form.replace("URL", `https://gateway.ai.cloudflare.com/v1/${ACCOUNT}/my-gw${path}`);
      expect(problem(raw, "accountId")).toBeUndefined();
      expect(plain(read(raw, "accountId").answers)).toEqual({ accountId: ACCOUNT, gatewayId: "my-gw" });
    }
    expect(problem(`https://gateway.ai.cloudflare.com/v1/${ACCOUNT}/my-...`, "accountId")).toBeTypeOf("string");
  });

  it.each([
    "sk-gateway-production-europe-west1",
    "hf_models_gateway_for_production_europe",
    "npm_registry_proxy_gateway_production_1",
  ])("takes %s for a gateway ID", (id) => expect(problem(id, "gatewayId")).toBeUndefined());
  it.each([
    `sk-or-v1-${ACCOUNT}`,
    `sk-${ACCOUNT}`,
    "sk-abcdefghijklmnopqrstuvwxyzabcdef",
    `npm_${"aB3".repeat(13)}`,
    `hf_${"aB3".repeat(12)}`,
  ])("takes %s for none", (id) => expect(problem(id, "gatewayId")).toContain("looks like a credential"));
});

it("takes no host and port without https:// for a scheme", () => {
  expect(problem("ai.example.com:8443/v1", "baseUrl")).toBe("This is not a URL. Use a URL that starts with https://.");
  expect(problem("https://ai.example.com:8443/v1", "baseUrl")).toBeUndefined();
});
