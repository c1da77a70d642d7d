import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Limits } from "./limits.ts";

export type LingerLimits = Pick<Limits, "lingerMs" | "lingerTotalMs" | "lingerBytes">;

/**
 * Reads what a client still sends of a request that has its response, within limits, so that it gets to see it.
 * @why the system resets a connection that is closed with bytes unread, and the client loses what it has not read.
 * @source RFC 9112, 9.6; Linux's tcp_close().
 */
export function readRest(request: IncomingMessage, limits: LingerLimits): void {
  const { socket } = request;
  const linger = new Linger(socket, limits);
  request.on("data", () => linger.heard());
  request.once("close", () => linger.over());
  if (!answered.has(socket)) holdOpen(socket);
  answered.set(socket, request);
  request.resume();
}

/** The last request of each connection whose response came before it had ended. */
const answered = new WeakMap<Socket, IncomingMessage>();

/** Once for each connection, or the calls of all its requests would nest until there is no stack left. */
function holdOpen(socket: Socket): void {
  const destroySoon = socket.destroySoon.bind(socket);
  // Called by Node once a response is sent that is the last on its connection.
  socket.destroySoon = () => {
    const request = answered.get(socket);
    if (request === undefined || request.complete) return destroySoon();
    socket.end();
    request.once("end", () => socket.destroy());
  };
}

/** Cuts a connection off that is silent for too long, or sends for too long or too much. */
export class Linger {
  readonly #socket: Socket;
  readonly #lastByte: number;
  readonly #silence: NodeJS.Timeout;
  readonly #total: NodeJS.Timeout;

  constructor(socket: Socket, { lingerMs, lingerTotalMs, lingerBytes }: LingerLimits) {
    const cut = () => void socket.destroy();
    this.#socket = socket;
    this.#lastByte = socket.bytesRead + lingerBytes;
    this.#silence = setTimeout(cut, lingerMs);
    this.#total = setTimeout(cut, lingerTotalMs);
  }

  /** Something has arrived. */
  heard(): void {
    if (this.#socket.bytesRead > this.#lastByte) this.#socket.destroy();
    else this.#silence.refresh();
  }

  over(): void {
    clearTimeout(this.#silence);
    clearTimeout(this.#total);
  }
}
