import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { httpServer, httpsServer, LOCALHOST_CERTIFICATE, proxyServer, rawServer } from "../support/sockets.ts";

let folder: string;
let bundle: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "openclaw-http-client-"));
  bundle = join(folder, "http-client.cjs");
  const build = await rolldown({ input: join(import.meta.dirname, "../../src/http/client.ts"), platform: "node" });
  await build.write({ file: bundle, format: "cjs" });
  await build.close();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Plain Node, in which the bundled client asks for the address and prints what comes back. */
function start(url: string, env: Readonly<Record<string, string>> = {}, limits: object = {}): ChildProcess {
  const request = {
    method: "GET",
    url,
    headers: {},
    connectTimeoutMs: 200_000,
    idleTimeoutMs: 200_000,
    maxBodyBytes: 1000,
    ...limits,
  };
  const program = `
    const { send } = require(${JSON.stringify(bundle)});
    send(${JSON.stringify(request)}, process.env).then((result) => console.log(JSON.stringify(result)));
  `;
  const child = spawn(process.execPath, ["-e", program], {
    env: { PATH: process.env.PATH ?? "", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

/** What it printed, once it has ended of itself. */
async function result(child: ChildProcess): Promise<unknown> {
  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const [status, signal] = await once(child, "close");
  expect({ status, signal, stderr }).toEqual({ status: 0, signal: null, stderr: "" });
  return JSON.parse(stdout);
}

const trusting = { NODE_EXTRA_CA_CERTS: LOCALHOST_CERTIFICATE };
const answer = (body: string) => ({ ok: true, value: expect.objectContaining({ status: 200, body }) });

describe("certificates", () => {
  it("of NODE_EXTRA_CA_CERTS are trusted, directly and through a tunnel", async () => {
    const { port } = await httpsServer((_request, response) => response.end("hello"));
    const proxy = await proxyServer();
    const url = `https://localhost:${port}/`;
    expect(await result(start(url, trusting))).toEqual(answer("hello"));
    expect(await result(start(url, { ...trusting, HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` }))).toEqual(
      answer("hello"),
    );
    expect(proxy.seen).toEqual([`CONNECT localhost:${port}`]);
  });

  it("are refused for another name, directly and through a tunnel", async () => {
    const { port } = await httpsServer((_request, response) => response.end("hello"));
    const { port: proxyPort } = await proxyServer();
    const proxy = `http://127.0.0.1:${proxyPort}`;
    const fault = { kind: "certificate", systemCode: "ERR_TLS_CERT_ALTNAME_INVALID" };
    expect(await result(start(`https://127.0.0.1:${port}/`, trusting))).toEqual({ ok: false, error: fault });
    expect(await result(start(`https://gateway.example:${port}/`, { ...trusting, HTTPS_PROXY: proxy }))).toEqual({
      ok: false,
      error: { ...fault, proxy },
    });
  });

  it("of a proxy are trusted and judged in the same way", async () => {
    const { port } = await httpsServer((_request, response) => response.end());
    for (const [proxy, fault] of [
      [`https://127.0.0.1:${port}`, { systemCode: "ERR_TLS_CERT_ALTNAME_INVALID" }],
      // It is reached, and is no proxy.
      [`https://localhost:${port}`, {}],
    ] as const) {
      expect(await result(start("https://gateway.example/", { ...trusting, HTTPS_PROXY: proxy }))).toEqual({
        ok: false,
        error: { kind: "proxy", proxy, ...fault },
      });
    }
  });
});

describe("the process ends of itself", () => {
  it("after an answer of a server that would keep the connection", async () => {
    const { port } = await rawServer((socket) => {
      socket.on("data", () => socket.write("HTTP/1.1 200 OK\r\nconnection: keep-alive\r\ncontent-length: 2\r\n\r\nok"));
    });
    expect(await result(start(`http://127.0.0.1:${port}/`))).toEqual(answer("ok"));
  });

  it("after an answer through a tunnel that would stay open", async () => {
    const { port } = await httpsServer((_request, response) => response.end("hello"));
    const proxy = await proxyServer();
    const env = { ...trusting, HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` };
    expect(await result(start(`https://localhost:${port}/`, env))).toEqual(answer("hello"));
  });

  it("after an answer that was cut off", async () => {
    const { port } = await httpServer((_request, response) => void response.write("x".repeat(5000)));
    expect(await result(start(`http://127.0.0.1:${port}/`))).toEqual(answer("x".repeat(1000)));
  });

  it("after a time limit, whatever it was waiting for", async () => {
    const { port } = await rawServer(() => {});
    const limits = { connectTimeoutMs: 200, idleTimeoutMs: 50 };
    for (const [url, env] of [
      [`https://127.0.0.1:${port}/`, {}],
      [`http://127.0.0.1:${port}/`, {}],
      ["https://gateway.example/", { HTTPS_PROXY: `http://127.0.0.1:${port}` }],
    ] as const) {
      expect(await result(start(url, env, limits))).toEqual({ ok: false, error: expect.anything() });
    }
  });
});

it.each(["SIGINT", "SIGTERM"] as const)("%s ends the process while it waits", async (signal) => {
  let child: ChildProcess | undefined;
  const { port } = await httpServer(() => void child?.kill(signal));
  child = start(`http://127.0.0.1:${port}/`);
  expect(await once(child, "close")).toEqual([null, signal]);
});
