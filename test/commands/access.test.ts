import { describe, expect, it } from "vitest";
import { accessRedirect, modelList } from "../support/answers.ts";
import { PROVIDER, type PrintedFinding } from "../support/doctor.ts";
import { writeHome } from "../support/gateway-process.ts";
import { CANARY_KEY, openclaw, temporaryHome, WITHOUT_PAUSES } from "../support/program.ts";
import { httpServer } from "../support/sockets.ts";

const CLIENT_SECRET = "CANARYaccessCANARYaccessCANARYaccess0123456789abcdef";

/** A gateway's own domain behind Cloudflare Access, which lets nobody in but a service token. */
const behindAccess = () =>
  httpServer((request, response) => {
    const isLetIn = request.headers["cf-access-client-secret"] === CLIENT_SECRET;
    const { status, headers, body } = isLetIn ? modelList(["claude-sonnet-4-6"]) : accessRedirect();
    response.writeHead(status, headers).end(body);
  });

const SERVICE_TOKEN = {
  "CF-Access-Client-Id": "${CF_ACCESS_CLIENT_ID}",
  "CF-Access-Client-Secret": "${CF_ACCESS_CLIENT_SECRET}",
};

async function live(headers: Readonly<Record<string, string>>, secret: string) {
  const { port } = await behindAccess();
  const home = temporaryHome();
  const entry = {
    baseUrl: `http://127.0.0.1:${port}/anthropic`,
    api: "anthropic-messages",
    apiKey: "${CLOUDFLARE_AI_GATEWAY_API_KEY}",
    headers,
    models: [],
  };
  writeHome(
    home,
    { models: { providers: { [PROVIDER]: entry } } },
    { CLOUDFLARE_AI_GATEWAY_API_KEY: CANARY_KEY, CF_ACCESS_CLIENT_ID: "id.access", CF_ACCESS_CLIENT_SECRET: secret },
  );
  const finished = await openclaw(["doctor", "--json"], { home, context: WITHOUT_PAUSES });
  expect(finished.stdout + finished.stderr).not.toContain("CANARY");
  const { checks } = JSON.parse(finished.stdout) as { checks: readonly PrintedFinding[] };
  return checks.find(({ id }) => id === "live");
}

describe("a gateway's domain behind Cloudflare Access", () => {
  it("lets a service token in, which needs no gateway token", async () => {
    expect(await live(SERVICE_TOKEN, CLIENT_SECRET)).toMatchObject({ status: "ok" });
  });

  it("asks for one where there is only a gateway token", async () => {
    const found = await live({ "cf-aig-authorization": "Bearer cfut_CANARYtokenCANARYtokenCANARYtoken12345678" }, "x");
    expect(found).toMatchObject({
      status: "fail",
      message: expect.stringContaining("edge.access-login"),
      fix: expect.stringContaining("CF-Access-Client-Id"),
    });
  });

  it("refuses one that is wrong, which is told apart", async () => {
    expect(await live(SERVICE_TOKEN, `${CLIENT_SECRET}x`)).toMatchObject({
      status: "fail",
      message: expect.stringContaining("edge.access-denied"),
      fix: expect.stringContaining("Service Auth"),
    });
  });
});
