import { describe, expect, it } from "vitest";
import { PAGE_PATHS } from "../../src/gateway/own-paths.ts";
import type { PageRequest } from "../../src/gateway/pages.ts";
import { respondWithJson } from "../../src/gateway/relay.ts";
import { ask } from "../support/client.ts";
import { startBoth } from "../support/local-gateway.ts";

async function startWithPages() {
  const seen: Pick<PageRequest, "path" | "search">[] = [];
  const both = await startBoth({
    pages: ({ request, path, search, ownHeaders }) => {
      seen.push({ path, search });
      respondWithJson(request, 200, "{}", ownHeaders);
      return undefined;
    },
  });
  return { ...both, seen };
}

describe("pages of the gateway's own", () => {
  it.each(PAGE_PATHS)("reach no upstream: %s", async (path) => {
    const { standIn, gateway, seen } = await startWithPages();
    expect((await ask(`${gateway.url}${path}?since=7d`)).status).toBe(200);
    expect((await ask(`${gateway.url}${path}`, { method: "POST" })).status).toBe(405);
    expect((await ask(`${gateway.url}${path}/`)).status).toBe(400);
    expect(seen).toEqual([{ path, search: "?since=7d" }]);
    expect(standIn.requests).toHaveLength(0);
  });

  it.each([
    ["nothing", { "x-api-key": undefined }, 401],
    ["a wrong token", { "x-api-key": "wrong" }, 401],
    ["another name of this machine", { host: "evil.example" }, 403],
    ["another page's origin", { origin: "https://evil.example" }, 403],
    ["another page's frame or image", { "sec-fetch-site": "cross-site" }, 403],
    ["a page of the same site, but another port", { "sec-fetch-site": "same-site" }, 403],
    ["the gateway's own page", { "sec-fetch-site": "same-origin" }, 200],
  ])("show figures only to holders of a token and only on its own page: %s", async (_, headers, status) => {
    const { gateway, seen } = await startWithPages();
    expect((await ask(`${gateway.url}/dashboard/figures`, { headers })).status).toBe(status);
    expect((await ask(`${gateway.url}/metrics`, { headers })).status).toBe(status);
    expect(seen).toHaveLength(status === 200 ? 2 : 0);
  });

  it.each([
    ["typed by a person", { "sec-fetch-site": "none" }, 200],
    ["from a link of another page", { "sec-fetch-site": "cross-site" }, 200],
    ["by another name of this machine", { host: "evil.example" }, 403],
  ])("open without a token where there is nothing to be seen yet: %s", async (_, headers, status) => {
    const { gateway } = await startWithPages();
    const all = { "x-api-key": undefined, ...headers };
    expect((await ask(`${gateway.url}/dashboard`, { headers: all })).status).toBe(status);
  });

  it("are shown also where nothing can be forwarded", async () => {
    const { gateway } = await startWithPages();
    gateway.use(gateway.settings({ providers: {} }));
    expect((await ask(`${gateway.url}/dashboard/state`)).status).toBe(200);
  });

  it("are not there on a host that has none", async () => {
    const { gateway, standIn } = await startBoth();
    const stranger = { "x-api-key": undefined };
    for (const path of PAGE_PATHS) {
      expect((await ask(`${gateway.url}${path}`)).status).toBe(404);
      expect((await ask(`${gateway.url}${path}`, { headers: stranger })).status).toBe(401);
    }
    expect(standIn.requests).toHaveLength(0);
  });
});
