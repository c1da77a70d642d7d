import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** A Cloudflare with one account and no Worker, as far as `wrangler` needs it to store secrets and to deploy. */
export interface CloudflareApi {
  /** For `wrangler` in place of its own. */
  readonly env: Readonly<Record<string, string>>;
  /** The secrets that the Worker has, by name. */
  readonly secrets: ReadonlyMap<string, string>;
  /** The `metadata` of each upload but the empty Worker's that is made for the secrets. */
  readonly deployed: readonly Metadata[];
  /** Everything that was uploaded as a program. */
  readonly uploads: readonly string[];
}

interface Metadata {
  readonly main_module: string;
  readonly bindings: readonly { readonly name: string; readonly type: string; readonly text?: string }[];
  readonly compatibility_date: string;
  readonly limits?: unknown;
  readonly observability?: unknown;
}

/** @source developers.cloudflare.com/api: the codes of a Worker that is not there. */
const NOT_THERE = { scripts: 10007, services: 10090 };

const part = (body: string, name: string): string =>
  new RegExp(`name="${name}"\\r\\n(?:[^\\r\\n]+\\r\\n)*\\r\\n([^\\r\\n]*)`).exec(body)?.[1] ?? "{}";

export async function startCloudflareApi(): Promise<CloudflareApi> {
  const secrets = new Map<string, string>();
  const deployed: Metadata[] = [];
  const uploads: string[] = [];
  let isThere = false;
  const answerTo = (
    method: string,
    path: string,
    body: string,
  ): { readonly result: unknown } | { readonly code: number } => {
    if (path.endsWith("/settings")) {
      if (!isThere) return { code: NOT_THERE.scripts };
      const { bindings = [] } = JSON.parse(part(body, "settings")) as Partial<Metadata>;
      for (const { name, type, text = "" } of bindings) if (type === "secret_text") secrets.set(name, text);
      return { result: { bindings: [...secrets.keys()].map((name) => ({ type: "secret_text", name })) } };
    }
    if (path.includes("/workers/services/"))
      return isThere ? { result: { default_environment: { script: {} } } } : { code: NOT_THERE.services };
    if (method === "PUT" && /\/workers\/scripts\/[^/]+$/.test(path)) {
      if (isThere) deployed.push(JSON.parse(part(body, "metadata")) as Metadata);
      isThere = true;
      uploads.push(body);
      return { result: { id: "worker", startup_time_ms: 1 } };
    }
    if (path.endsWith("/workers/scripts")) return { result: [] };
    if (path.endsWith("/workers/subdomain")) return { result: { subdomain: "me" } };
    if (path.endsWith("/subdomain")) return { result: { enabled: true, previews_enabled: false } };
    return { result: { deployments: [], versions: [], items: [] } };
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const [path = ""] = (request.url ?? "").split("?");
      const answer = answerTo(request.method ?? "", path, Buffer.concat(chunks).toString("utf8"));
      const isGood = "result" in answer;
      response.writeHead(isGood ? 200 : 404, { "content-type": "application/json" });
      response.end(
        JSON.stringify({
          success: isGood,
          errors: isGood ? [] : [{ code: answer.code, message: "not there" }],
          messages: [],
          result: isGood ? answer.result : null,
        }),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const proxies = Object.fromEntries(
    ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"].map((name) => [name, ""]),
  );
  return {
    env: {
      // It has one for every address, this machine's too.
      ...proxies,
      CLOUDFLARE_API_BASE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/client/v4`,
      CLOUDFLARE_API_TOKEN: "nobody-else-takes-this-token",
      CLOUDFLARE_ACCOUNT_ID: "0123456789abcdef0123456789abcdef",
    },
    secrets,
    deployed,
    uploads,
  };
}
