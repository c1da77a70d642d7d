import { request } from "node:http";
import { connect, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import { CLIENT_TOKEN } from "./local-gateway.ts";

export interface Answer {
  readonly status: number;
  /** By lower-case name; several of one name are joined. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Asking {
  readonly method?: string;
  /** Those that are undefined are left out; the token is sent unless told otherwise. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** An object is sent as JSON. */
  readonly body?: string | Buffer | object;
}

const isBytes = (body: Asking["body"]): body is string | Buffer | undefined =>
  body === undefined || typeof body === "string" || Buffer.isBuffer(body);

/** One request on a connection of its own, exactly as told. */
export function ask(url: string, { method, headers = {}, body }: Asking = {}): Promise<Answer> {
  const bytes = isBytes(body) ? body : JSON.stringify(body);
  const all = Object.entries({ "x-api-key": CLIENT_TOKEN, ...headers }).filter(([, value]) => value !== undefined);
  return new Promise((resolve, reject) => {
    const asked = request(
      url,
      {
        method: method ?? (body === undefined ? "GET" : "POST"),
        headers: Object.fromEntries(all),
        agent: false,
        maxHeaderSize: 64 * 1024,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const joined = Object.entries(response.headers).map(([name, value]) => [
            name,
            [value ?? ""].flat().join(", "),
          ]);
          const answer = Buffer.concat(chunks).toString("utf8");
          resolve({ status: response.statusCode ?? 0, headers: Object.fromEntries(joined), body: answer });
        });
      },
    );
    asked.on("error", reject);
    asked.end(bytes);
  });
}

/** A connection on which anything can be said. */
export interface Wire {
  readonly socket: Socket;
  /** All that was heard so far, as latin1. */
  readonly heard: string;
  /** Resolves with it as soon as it fits. */
  readonly hears: (pattern: RegExp) => Promise<string>;
  /** Resolves with it when the other side has closed. */
  readonly closed: Promise<string>;
}

/** A request as it goes over the wire. */
export function posted(path: string, body: object): string {
  const text = JSON.stringify(body);
  return `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nx-api-key: ${CLIENT_TOKEN}\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
}

export function wireTo(port: number): Wire {
  const socket = connect(port, "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  const waiting = new Set<() => void>();
  let heard = "";
  socket.setEncoding("latin1").on("data", (text: string) => {
    heard += text;
    for (const look of waiting) look();
  });
  // A reset is one more way to close.
  socket.on("error", () => {});
  return {
    socket,
    get heard() {
      return heard;
    },
    hears: (pattern) =>
      new Promise((resolve) => {
        const look = () => {
          if (!pattern.test(heard)) return;
          waiting.delete(look);
          resolve(heard);
        };
        waiting.add(look);
        look();
      }),
    closed: new Promise((resolve) => socket.once("close", () => resolve(heard))),
  };
}
