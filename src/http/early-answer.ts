import type { Socket } from "node:net";
import type { Connector } from "./proxy.ts";

type Done = (error?: Error | null) => void;
type Write = (chunk: unknown, encoding: BufferEncoding, done: Done) => void;
type WriteAll = (chunks: unknown, done: Done) => void;

/** A socket as Node's streams see it. */
interface Writing {
  _write: Write;
  _writev?: WriteAll | null;
}

/** The other side takes nothing more. */
const CLOSED: ReadonlySet<string> = new Set(["EPIPE", "ECONNRESET"]);

/**
 * Connects as `connector` does, and lets what the other side has said be read although it takes nothing more: it may
 * have answered and closed before it had the whole request. What is read tells how the connection has ended.
 * @why Node destroys a socket as soon as it cannot write, with the answer unread.
 */
export const hearingOut =
  (connector: Connector): Connector =>
  (options, callback) =>
    connector(options, (...[error, socket]) => {
      if (socket === null || error !== null) return callback(error as Error, null);
      hearOut(socket as Socket & Writing);
      callback(null, socket);
    });

function hearOut(socket: Writing): void {
  const write = socket._write;
  const writeAll = socket._writev;
  const heardOut = afterReading();
  socket._write = function (chunk, encoding, done) {
    write.call(this, chunk, encoding, heardOut(done));
  };
  if (writeAll) {
    socket._writev = function (chunks, done) {
      writeAll.call(this, chunks, heardOut(done));
    };
  }
}

/** Never reports that the other side has closed. A stream passes the same callback each time. */
function afterReading(): (done: Done) => Done {
  let known: Done | undefined;
  let guarded: Done = () => {};
  return (done) => {
    if (done === known) return guarded;
    known = done;
    guarded = (error) => {
      if (!CLOSED.has((error as NodeJS.ErrnoException | undefined)?.code ?? "")) done(error);
    };
    return guarded;
  };
}
