import { describe, expect, it } from "vitest";
import { ask, posted, wireTo } from "../support/client.ts";
import { HELLO, startBoth } from "../support/local-gateway.ts";

const startHanded = (options: Parameters<typeof startBoth>[0] = {}) =>
  startBoth({ ...options, isHandedConnections: true });

const STREAMED = posted("/v1/messages", { ...HELLO, stream: true });

describe("a connection that another process has accepted", () => {
  it("is served as its own, one request after the other", async () => {
    const { gateway } = await startHanded();
    const { socket, hears } = wireTo(gateway.port);
    socket.write(posted("/v1/messages", HELLO));
    await hears(/end_turn/);
    socket.write(posted("/v1/messages", HELLO));
    await hears(/end_turn[\s\S]*HTTP\/1\.1 200[\s\S]*end_turn/);
  });

  it.each([false, true])(
    "is given up when the client closes its side, as its own (%s)",
    async (isHandedConnections) => {
      const { gateway } = await startBoth({ isHandedConnections });
      const { socket, closed } = wireTo(gateway.port);
      socket.end(posted("/v1/messages", HELLO));
      expect(await closed).toBe("");
      expect((await gateway.logged(1))[0]).toMatchObject({ status: 499, ended: "client-gone" });
    },
  );

  it("is refused when its request comes too slowly", async () => {
    const { gateway } = await startHanded({ limits: { headersTimeoutMs: 1, checkEveryMs: 1, lingerMs: 1 } });
    const { socket, closed } = wireTo(gateway.port);
    socket.write("POST /v1/messages HTTP/1.1\r\nhost: 127.0.0.1\r\n");
    expect(await closed).toMatch(/^HTTP\/1\.1 408 /);
  });

  it("is closed when there are as many as there may be", async () => {
    const { gateway } = await startHanded({ limits: { connections: 1 } });
    const { socket, hears } = wireTo(gateway.port);
    socket.write(posted("/v1/messages", HELLO));
    await hears(/end_turn/);
    expect(await wireTo(gateway.port).closed).toBe("");
  });

  it("is served to its end when the server stops, and an idle one is closed", async () => {
    const { standIn, gateway } = await startHanded();
    standIn.dial("stall", { after: 600 });
    const [open, idle] = [wireTo(gateway.port), wireTo(gateway.port)];
    idle.socket.write(posted("/v1/messages", { ...HELLO, max_tokens: 0 }));
    open.socket.write(STREAMED);
    await open.hears(/message_start/);
    expect(gateway.openRequests()).toBeGreaterThan(0);
    const stopped = gateway.stop(60_000);
    standIn.release();
    expect(await open.closed).toMatch(/message_stop/);
    await idle.closed;
    expect([await stopped, gateway.openRequests()]).toEqual([0, 0]);
    expect(await wireTo(gateway.port).closed).toBe("");
  });

  it("is cut off when the time for that is over", async () => {
    const { standIn, gateway } = await startHanded();
    standIn.dial("stall", { after: 600 });
    const { socket, hears, closed } = wireTo(gateway.port);
    socket.write(STREAMED);
    await hears(/message_start/);
    const stopped = gateway.stop(60_000);
    expect(await gateway.stop(0)).toBe(1);
    await closed;
    await stopped;
  });

  it("does not make the next one wait", async () => {
    const { gateway } = await startHanded();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => ask(`${gateway.url}/v1/messages`, { body: HELLO })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  });
});
