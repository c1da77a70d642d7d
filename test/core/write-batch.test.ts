import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { WriteBatch } from "../../src/core/write-batch.ts";

const LONG = "x".repeat(20 * 1024);

/** Two sockets whose writes are held back, and what reaches the system, in order. */
function sockets() {
  const written: string[] = [];
  const batch = new WriteBatch();
  const open = (name: string) => {
    const take = (texts: readonly unknown[], done: () => void) => {
      written.push(`${name}: ${texts.join("|")}`);
      done();
    };
    const socket = new Writable({
      write: (chunk, _encoding, done) => take([chunk], done),
      writev: (chunks, done) =>
        take(
          chunks.map(({ chunk }) => chunk),
          done,
        ),
    });
    batch.add(socket as unknown as Socket);
    return socket;
  };
  return { written, batch, one: open("one"), other: open("other") };
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

describe("a write batch", () => {
  it("writes for all sockets when everyone has been called, in the order in which they wrote", async () => {
    const { written, one, other } = sockets();
    other.write("a");
    one.write("b");
    await Promise.resolve();
    expect(written).toEqual([]);
    await nextTurn();
    expect(written).toEqual(["other: a", "one: b"]);
  });

  it("writes what one socket is given while it waits in order, and as one", async () => {
    const { written, one } = sockets();
    for (const text of ["a", "b", "c"]) one.write(text);
    one.end("d");
    await new Promise((resolve) => one.once("finish", resolve));
    expect(written.join(" ").replaceAll("one: ", "")).toMatch(/^a b\|c\|d$/);
  });

  it("writes several pieces that were corked as one", async () => {
    const { written, one } = sockets();
    one.cork();
    one.write("a");
    one.write("b");
    one.uncork();
    expect(written).toEqual([]);
    await nextTurn();
    expect(written).toEqual(["one: a|b"]);
  });

  it("does not hold back what is long", () => {
    const { written, one } = sockets();
    one.write(LONG);
    expect(written).toEqual([`one: ${LONG}`]);
  });

  it("writes what a socket was given before it is destroyed, and nothing twice", async () => {
    const { written, one, other } = sockets();
    one.write("a");
    other.write("b");
    one.destroy();
    expect(written).toEqual(["one: a"]);
    await nextTurn();
    expect(written).toEqual(["one: a", "other: b"]);
  });

  it.each<[string, (socket: Socket) => unknown]>([
    ["destroyed", (socket) => socket.destroy()],
    ["destroyed with an error", (socket) => socket.destroy(new Error("cut"))],
    ["ended and destroyed", (socket) => socket.end().destroy()],
    ["destroyed when it has ended", (socket) => socket.destroySoon()],
  ])("writes all that a real socket was given in one turn before it is %s", async (_name, end) => {
    const batch = new WriteBatch();
    const server = createServer((socket) => {
      batch.add(socket);
      socket.on("error", () => {});
      for (const text of ["a", "b", "c"]) socket.write(text);
      end(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    let heard = "";
    const client = connect(port, "127.0.0.1").on("data", (bytes) => {
      heard += bytes;
    });
    await new Promise((resolve) => client.once("close", resolve));
    server.close();
    expect(heard).toBe("abc");
  });

  it("tells when what is held has been written", async () => {
    const { written, batch, one } = sockets();
    const told: string[][] = [];
    batch.afterwards(() => told.push([...written]));
    one.write("a");
    batch.afterwards(() => told.push([...written]));
    await nextTurn();
    expect(told).toEqual([[], ["one: a"]]);
  });
});
