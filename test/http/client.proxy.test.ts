import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { Env } from "../../src/core/context.ts";
import type { HttpRequest } from "../../src/core/http.ts";
import { send } from "../../src/http/client.ts";
import { httpServer, httpsServer, proxyServer, rawAnswer, rawServer } from "../support/sockets.ts";

const get = (url: string, env: Env, changes: Partial<HttpRequest> = {}) =>
  send(
    {
      method: "GET",
      url,
      headers: { "x-api-key": "k" },
      connectTimeoutMs: 200_000,
      idleTimeoutMs: 200_000,
      maxBodyBytes: 1_000_000,
      ...changes,
    },
    env,
  );

const failure = (fault: object) => ({ ok: false, error: fault });
const answer = (parts: object) => ({ ok: true, value: expect.objectContaining(parts) });

const hello = () => httpServer(({ headers }, response) => response.end(`hello ${headers["x-api-key"]}`));
const secureHello = () => httpsServer((_request, response) => response.end("hello"));
const address = ({ port }: { readonly port: number }) => `http://127.0.0.1:${port}`;

describe("a proxy", () => {
  it.each(["HTTP_PROXY", "http_proxy"])("named by %s gets a request to http: whole", async (name) => {
    const [server, proxy] = [await hello(), await proxyServer()];
    expect(await get(`${address(server)}/a?b`, { [name]: address(proxy) })).toEqual(
      answer({ status: 200, body: "hello k" }),
    );
    expect(proxy.seen).toEqual([`GET ${address(server)}/a?b`]);
  });

  it.each([
    ["HTTPS_PROXY", "http://"],
    ["https_proxy", "http://"],
    ["HTTP_PROXY", "http://"],
    ["HTTPS_PROXY", ""],
  ])("named by %s with '%s' before the host makes a tunnel for https:", async (name, scheme) => {
    const [server, proxy] = [await secureHello(), await proxyServer()];
    // The certificate is the other side's, so the tunnel stood.
    expect(
      await get(`https://gateway.example:${server.port}/`, { [name]: `${scheme}127.0.0.1:${proxy.port}` }),
    ).toEqual(failure({ kind: "certificate", systemCode: "DEPTH_ZERO_SELF_SIGNED_CERT", proxy: address(proxy) }));
    expect(proxy.seen).toEqual([`CONNECT gateway.example:${server.port}`]);
    await proxy.idle();
  });

  it("in lower case wins", async () => {
    const [server, upper, lower] = [await hello(), await proxyServer(), await proxyServer()];
    await get(address(server), { HTTP_PROXY: address(upper), http_proxy: address(lower) });
    expect([upper.seen.length, lower.seen.length]).toEqual([0, 1]);
  });

  it.each(["", "  "])("that is named by '%s' is none", async (value) => {
    const server = await hello();
    expect(await get(address(server), { HTTP_PROXY: value })).toEqual(answer({ body: "hello k" }));
  });

  it("of the program's own environment is not used, only that of the one it is given", async () => {
    const [server, proxy] = [await hello(), await proxyServer()];
    process.env.HTTP_PROXY = address(proxy);
    try {
      await get(address(server), {});
    } finally {
      delete process.env.HTTP_PROXY;
    }
    expect(proxy.seen).toEqual([]);
  });

  it.each([
    ["NO_PROXY", "127.0.0.1"],
    ["no_proxy", "other.example, 127.0.0.1"],
    ["NO_PROXY", "*"],
  ])("is left out where %s is '%s'", async (name, value) => {
    const [server, proxy] = [await hello(), await proxyServer()];
    expect(await get(address(server), { HTTP_PROXY: address(proxy), [name]: value })).toEqual(
      answer({ body: "hello k" }),
    );
    expect(proxy.seen).toEqual([]);
  });

  it("is left out for a port, and not named in a fault then", async () => {
    const proxy = await proxyServer();
    const { port, stop } = await rawServer(() => {});
    await stop();
    const env = { HTTP_PROXY: address(proxy), NO_PROXY: `127.0.0.1:${port}` };
    expect(await get(`http://127.0.0.1:${port}`, env)).toEqual(
      failure({ kind: "refused", systemCode: "ECONNREFUSED" }),
    );
    const server = await hello();
    await get(address(server), env);
    expect(proxy.seen).toEqual([`GET ${address(server)}/`]);
  });

  it.each([
    ["user:pass%40word", "user:pass@word"],
    ["user", "user:"],
    ["user:50%", "user:50%"],
  ])("gets the credentials %s", async (written, meant) => {
    const [plain, secure, proxy] = [await hello(), await secureHello(), await proxyServer()];
    const uri = `http://${written}@127.0.0.1:${proxy.port}`;
    await get(`${address(plain)}/`, { HTTP_PROXY: uri });
    await get(`https://gateway.example:${secure.port}/`, { HTTPS_PROXY: uri });
    const token = `Basic ${Buffer.from(meant).toString("base64")}`;
    expect(proxy.seen).toEqual([
      `GET ${address(plain)}/ | ${token}`,
      `CONNECT gateway.example:${secure.port} | ${token}`,
    ]);
  });
});

describe("a proxy that fails", () => {
  it.each([407, 403, 502])("because it refuses the tunnel with %i", async (status) => {
    const proxy = await proxyServer(status);
    expect(await get("https://gateway.example/", { HTTPS_PROXY: `http://u:p@127.0.0.1:${proxy.port}` })).toEqual(
      failure({ kind: "proxy", proxyStatus: status, proxy: address(proxy) }),
    );
    expect(proxy.seen).toHaveLength(1);
  });

  it("because it asks for credentials, and is not confused with the server", async () => {
    const proxy = await proxyServer(407);
    expect(await get("http://gateway.example/", { HTTP_PROXY: address(proxy) })).toEqual(
      failure({ kind: "proxy", proxyStatus: 407, proxy: address(proxy) }),
    );
  });

  it.each(["https://gateway.example/", "http://gateway.example/"])(
    "because it is down, for %s, is named without credentials",
    async (url) => {
      const { port, stop } = await rawServer(() => {});
      await stop();
      const uri = `http://user:secret@127.0.0.1:${port}`;
      expect(await get(url, { HTTP_PROXY: uri, HTTPS_PROXY: uri })).toEqual(
        failure({ kind: "proxy", systemCode: "ECONNREFUSED", proxy: `http://127.0.0.1:${port}` }),
      );
    },
  );

  it("because it has no such name", async () => {
    expect(await get("https://gateway.example/", { HTTPS_PROXY: "http://u:p@proxy.invalid:3128" })).toEqual(
      failure({
        kind: "proxy",
        systemCode: expect.stringMatching(/^(?:ENOTFOUND|EAI_AGAIN)$/),
        proxy: "http://proxy.invalid:3128",
      }),
    );
  });

  it("because it closes instead of answering, and is not asked again", async () => {
    let count = 0;
    const proxy = await rawServer((socket) => {
      count += 1;
      socket.once("data", () => socket.end());
    });
    expect(await get("https://gateway.example/", { HTTPS_PROXY: address(proxy) })).toEqual(
      failure({ kind: "proxy", proxy: address(proxy) }),
    );
    expect(count).toBe(1);
  });

  it("because it does not speak HTTP", async () => {
    const proxy = await rawAnswer("SSH-2.0-OpenSSH_9.2p1\r\n", { close: false });
    expect(await get("https://gateway.example/", { HTTPS_PROXY: address(proxy) })).toEqual(
      failure({ kind: "proxy", proxy: address(proxy) }),
    );
  });

  it("because it wants TLS and its certificate is not trusted", async () => {
    const { port } = await secureHello();
    const proxy = `https://localhost:${port}`;
    expect(await get("https://gateway.example/", { HTTPS_PROXY: proxy })).toEqual(
      failure({ kind: "proxy", systemCode: "DEPTH_ZERO_SELF_SIGNED_CERT", proxy }),
    );
  });

  it("because it never answers its TLS hello", async () => {
    const { port, idle } = await rawServer(() => {});
    const proxy = `https://localhost:${port}`;
    expect(await get("https://gateway.example/", { HTTPS_PROXY: proxy }, { connectTimeoutMs: 50 })).toEqual(
      failure({ kind: "proxy", systemCode: "ETIMEDOUT", proxy }),
    );
    await idle();
  });

  it("because the tunnel never stands is a connect-timeout, and leaves no connection", async () => {
    // The time is up when the proxy was asked for a tunnel, and not before.
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const { port, idle } = await rawServer((socket) => void socket.once("data", () => vi.advanceTimersByTime(50)));
    const proxy = `http://127.0.0.1:${port}`;
    expect(await get("https://gateway.example/", { HTTPS_PROXY: proxy }, { connectTimeoutMs: 50 })).toEqual(
      failure({ kind: "connect-timeout", proxy }),
    );
    await idle();
  });

  it.each([
    ["http://[", { systemCode: "ERR_INVALID_URL" }],
    ["http://user:p@ss#x@127.0.0.1:9", { systemCode: "ERR_INVALID_CREDENTIALS" }],
    ["user:p/ss@127.0.0.1:9", { systemCode: "ERR_INVALID_CREDENTIALS" }],
    ["socks5://user:p?ss@127.0.0.1:9", { systemCode: "ERR_INVALID_CREDENTIALS" }],
    ["socks5://u:p@127.0.0.1:1080", { systemCode: "ERR_INVALID_PROTOCOL", proxy: "socks5://127.0.0.1:1080" }],
  ])("because %s is no address of one", async (uri, fault) => {
    expect(await get("https://gateway.example/", { HTTPS_PROXY: uri })).toEqual(failure({ kind: "proxy", ...fault }));
  });
});

describe("behind a proxy", () => {
  it("the server's answers and failures are the server's", async () => {
    const [refused, proxy] = [
      await httpServer((_request, response) => response.writeHead(502).end()),
      await proxyServer(),
    ];
    const env = { HTTP_PROXY: address(proxy), HTTPS_PROXY: address(proxy) };
    expect(await get(address(refused), env)).toEqual(answer({ status: 502 }));
    const silent = await rawServer(() => {});
    expect(await get(address(silent), env, { idleTimeoutMs: 50 })).toEqual(
      failure({ kind: "answer-timeout", proxy: address(proxy) }),
    );
    const dropped = await rawServer((socket) => void socket.once("data", () => socket.end()));
    expect(await get(`https://gateway.example:${dropped.port}/`, env)).toEqual(
      failure({ kind: "cut-off", systemCode: "ECONNRESET", proxy: address(proxy) }),
    );
  });
});
