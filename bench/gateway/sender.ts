/** Sends long bodies from a process of its own, so that preparing and writing them keeps nobody else waiting. */
import { request } from "node:http";
import { heavyBodies } from "../../test/support/heavy-bodies.ts";
import { requestHeaders } from "./traffic.ts";

export interface Sending {
  readonly port: number;
  readonly index: number;
  readonly sizeBytes: number;
}

export interface Sent {
  readonly name: string;
  /** 0 if the connection broke. */
  readonly status: number;
}

async function send({ port, index, sizeBytes }: Sending): Promise<Sent | undefined> {
  const [name, , text] = heavyBodies(sizeBytes)[index] ?? [];
  if (name === undefined || text === undefined) return undefined;
  const body = Buffer.from(text);
  const headers = { ...requestHeaders("json", body.length), connection: "close" };
  const status = await new Promise<number>((resolve) => {
    const sent = request({ port, host: "127.0.0.1", method: "POST", path: "/v1/messages", headers });
    sent.on("response", (response) => response.resume().on("close", () => resolve(response.statusCode ?? 0)));
    sent.on("error", () => resolve(0));
    sent.end(body);
  });
  return { name, status };
}

process.on("message", async (sending: Sending) => process.send?.((await send(sending)) ?? {}));
process.on("disconnect", () => process.exit());
process.send?.("ready");
