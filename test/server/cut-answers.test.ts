import { once } from "node:events";
import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { CLIENT_TOKEN, HELLO, MODEL, OURS, startLocalGateway } from "../support/local-gateway.ts";
import { rawAnswer } from "../support/sockets.ts";

const CHUNKED = "HTTP/1.1 200 OK\r\nx-own: y\r\ntransfer-encoding: chunked\r\n\r\n";

describe("an answer that breaks off", () => {
  it.each([
    ["in a chunk that is longer than it says", `${CHUNKED}7\r\nworking0\r\n\r\n`],
    ["in what is no length of a chunk", `${CHUNKED}7\r\nworking\r\n-1\r\n\r\n`],
    ["in what is no field after the body", `${CHUNKED}7\r\nworking\r\n0\r\nno field\r\n\r\n`],
    ["before the length that it announces", `HTTP/1.1 200 OK\r\nx-own: y\r\ncontent-length: 9\r\n\r\nworking`],
  ])("%s reaches the client as far as it goes, though all comes at once", async (_, said) => {
    const upstream = await rawAnswer(said, { close: true });
    const gateway = await startLocalGateway({
      providers: { [OURS]: { baseUrl: `http://127.0.0.1:${upstream.port}`, api: "anthropic-messages" } },
      primary: `${OURS}/${MODEL}`,
    });
    const socket = connect(gateway.port, "127.0.0.1");
    const body = JSON.stringify(HELLO);
    const head = `POST /v1/messages HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\nx-api-key: ${CLIENT_TOKEN}\r\ncontent-length: ${body.length}`;
    socket.write(`${head}\r\n\r\n${body}`);
    let got = "";
    socket.on("data", (bytes: Buffer) => {
      got += bytes.toString();
    });
    await once(socket, "close");
    expect(got).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*working/);
    expect(got).not.toMatch(/\r\n0\r\n\r\n$/);
    expect(await gateway.logged(1)).toMatchObject([{ status: 200, responseBytes: 7 }]);
    expect(gateway.bugs).toEqual([]);
  });
});
