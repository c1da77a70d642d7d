import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { expect, it } from "vitest";
import { LIMITS } from "../../src/server/limits.ts";
import { readRest } from "../../src/server/linger.ts";

it("a connection whose requests are answered early without end closes as any other", () => {
  const socket = new Socket();
  let closed = 0;
  socket.destroySoon = () => {
    closed += 1;
  };
  for (let count = 0; count < 50_000; count += 1) {
    const request = new IncomingMessage(socket);
    readRest(request, LIMITS);
    request.complete = true;
    request.emit("close");
  }
  // What Node calls once the last response is sent; nested calls would use up the stack.
  socket.destroySoon();
  expect(closed).toBe(1);
});
