import { describe, expect, it } from "vitest";
import { networkFault, timeoutFault } from "../../src/http/fault.ts";

const CONNECTING = { connected: false, proxyReached: false };
const CONNECTED = { connected: true, proxyReached: false };
const PROXY = "http://proxy.example:3128";

const failed = (code: string, extra: object = {}) => Object.assign(new Error("text"), { code, ...extra });

describe("a fault", () => {
  it.each([
    ["ENOTFOUND", "name-not-found"],
    ["EAI_AGAIN", "name-not-found"],
    ["ECONNREFUSED", "refused"],
    ["EHOSTUNREACH", "unreachable"],
    ["EMFILE", "unreachable"],
    ["ENFILE", "unreachable"],
    ["ENOBUFS", "unreachable"],
    ["ENETUNREACH", "unreachable"],
    ["ENETDOWN", "unreachable"],
    ["EPERM", "unreachable"],
    ["ETIMEDOUT", "connect-timeout"],
    ["ECONNRESET", "cut-off"],
    ["EPIPE", "cut-off"],
    ["CERT_HAS_EXPIRED", "certificate"],
    ["CERT_NOT_YET_VALID", "certificate"],
    ["SELF_SIGNED_CERT_IN_CHAIN", "certificate"],
    ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "certificate"],
    ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "certificate"],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "certificate"],
    ["HOSTNAME_MISMATCH", "certificate"],
    ["ERR_SSL_WRONG_VERSION_NUMBER", "tls"],
    ["ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED", "tls"],
    ["ERR_TLS_HANDSHAKE_TIMEOUT", "tls"],
    ["EPROTO", "tls"],
  ])("of %s while connecting is %s", (code, kind) => {
    expect(networkFault(failed(code), CONNECTING)).toEqual({ kind, systemCode: code });
  });

  it("of ETIMEDOUT is about the wait in which it came", () => {
    expect(networkFault(failed("ETIMEDOUT"), CONNECTED)).toEqual({ kind: "answer-timeout", systemCode: "ETIMEDOUT" });
  });

  it("of several addresses is that of the one which says most", () => {
    const tried = new AggregateError([failed("ENETUNREACH"), failed("ECONNREFUSED")]);
    expect(networkFault(tried, CONNECTING)).toEqual({ kind: "refused", systemCode: "ECONNREFUSED" });
    const unreachable = new AggregateError([failed("ENETUNREACH"), failed("EHOSTUNREACH")]);
    expect(networkFault(unreachable, CONNECTING)).toEqual({ kind: "unreachable", systemCode: "ENETUNREACH" });
  });

  it("is found behind an error that wraps it", () => {
    const wrapped = failed("UND_ERR_PRX_TLS", { cause: failed("ERR_TLS_CERT_ALTNAME_INVALID") });
    expect(networkFault(wrapped, { ...CONNECTING, proxy: PROXY })).toEqual({
      kind: "proxy",
      systemCode: "ERR_TLS_CERT_ALTNAME_INVALID",
      proxy: PROXY,
    });
  });

  it("is the proxy's until there is a connection to it, and the other side's after", () => {
    const reset = failed("ECONNRESET");
    expect(networkFault(reset, { ...CONNECTING, proxy: PROXY })?.kind).toBe("proxy");
    expect(networkFault(reset, { ...CONNECTING, proxy: PROXY, proxyReached: true })?.kind).toBe("cut-off");
    expect(networkFault(reset, { ...CONNECTED, proxy: PROXY, proxyReached: true })?.kind).toBe("cut-off");
  });

  it("of a time limit is about the wait, and the proxy's until there is a connection to it", () => {
    expect(timeoutFault(CONNECTING)).toEqual({ kind: "connect-timeout" });
    expect(timeoutFault(CONNECTED)).toEqual({ kind: "answer-timeout" });
    const proxied = { ...CONNECTING, proxy: PROXY };
    expect(timeoutFault(proxied)).toEqual({ kind: "proxy", systemCode: "ETIMEDOUT", proxy: PROXY });
    expect(timeoutFault({ ...proxied, proxyReached: true })).toEqual({ kind: "connect-timeout", proxy: PROXY });
  });

  it("of the parser is an end too early, TLS, or something that is no HTTP", () => {
    const parserError = (message: string, data: string) =>
      Object.assign(new Error(message), { name: "HTTPParserError", code: undefined, data });
    expect(networkFault(parserError("(Invalid EOF state)", ""), CONNECTED)).toEqual({ kind: "cut-off" });
    expect(networkFault(parserError("(Expected HTTP/)", "\u0015\u0003\u0003"), CONNECTED)).toEqual({ kind: "tls" });
    expect(networkFault(parserError("(Expected HTTP/)", "SSH-2.0"), CONNECTED)).toEqual({ kind: "not-http" });
  });

  it("is none of the network's when the program is at fault", () => {
    expect(networkFault(new TypeError("x is not a function"), CONNECTED)).toBeUndefined();
    expect(networkFault(failed("UND_ERR_INVALID_ARG"), CONNECTED)).toBeUndefined();
  });
});
