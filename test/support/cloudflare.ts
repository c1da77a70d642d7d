import { CLOUDFLARE_CERTIFICATE, httpsServer, passOn, proxyServer } from "./sockets.ts";
import type { StandIn, StandInOptions } from "./stand-in/stand-in.ts";
import { standIn } from "./stand-in.ts";

export interface Cloudflare extends StandIn {
  /** What the program needs in its environment so that it speaks to the stand-in at Cloudflare's own addresses. */
  readonly env: Readonly<Record<string, string>>;
  /** Every host that was to be spoken to, with its port. */
  readonly hosts: () => readonly string[];
}

/** A stand-in behind a proxy, where it is found at the addresses that are Cloudflare's. */
export async function cloudflare(options?: StandInOptions): Promise<Cloudflare> {
  const gateway = await standIn(options);
  const front = await httpsServer(
    (incoming, response) => passOn(incoming, response, gateway.url),
    CLOUDFLARE_CERTIFICATE,
  );
  const proxy = await proxyServer(undefined, front.port);
  return {
    ...gateway,
    env: { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`, NODE_EXTRA_CA_CERTS: CLOUDFLARE_CERTIFICATE },
    hosts: () => [...new Set(proxy.seen.map((line) => line.split(" ")[1] ?? ""))].sort(),
  };
}
