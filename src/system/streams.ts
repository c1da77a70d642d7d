import { withFileErrors } from "../core/atomic-file.ts";
import type { LogOutput } from "../core/context.ts";
import type { Texts } from "../text/message.ts";

// `import * as fs` would make the bundler copy every export of the module at each start.
const fs = process.getBuiltinModule("node:fs") as typeof import("node:fs");

/**
 * Returns a function that writes a complete text to a file, terminal or pipe, however slow the reader is. It throws
 * `file.access`, for example if the disk is full; a closed reader is not an error, but is told of.
 */
export function streamWriter(fd: 1 | 2, onReaderGone: () => void = () => {}): (text: string) => void {
  let isReaderGone = false;
  let waiting: NodeJS.WriteStream | undefined;
  return (text) => {
    if (waiting !== undefined) return void waiting.write(text);
    let rest = Buffer.from(text);
    while (rest.length > 0 && !isReaderGone) {
      try {
        rest = rest.subarray(fs.writeSync(fd, rest));
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === "EAGAIN") {
          // The non-blocking pipe is full. From here on, only Node's own stream can wait and keep the order.
          waiting = fd === 1 ? process.stdout : process.stderr;
          waiting.on("error", (fault: NodeJS.ErrnoException) => {
            throwUnlessReaderGone(fault);
            onReaderGone();
          });
          return void waiting.write(rest);
        }
        const name = ({ system }: Texts) => (fd === 1 ? system.standardOutput : system.standardError);
        withFileErrors("write", name, () => throwUnlessReaderGone(error as NodeJS.ErrnoException));
        isReaderGone = true;
        onReaderGone();
      }
    }
  };
}

function throwUnlessReaderGone(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}

/** Asks the file system first, so that Node's terminal and network code is not loaded if output is piped. */
export function isTerminal(fd: 0 | 1 | 2): boolean {
  try {
    if (!fs.fstatSync(fd).isCharacterDevice()) return false;
  } catch {
    return false;
  }
  return (process.getBuiltinModule("node:tty") as typeof import("node:tty")).isatty(fd);
}

export async function readStdin(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

/**
 * Opens standard output as a log; files and terminals are written with `out`.
 * @why the reader of a pipe may stop, and a gateway that waits for it would serve nobody.
 */
export function openLog(out: (text: string) => void): LogOutput {
  const stats = fs.fstatSync(1);
  if (stats.isFIFO() || stats.isSocket()) return pipeLog(1);
  return {
    write: (text) => {
      try {
        out(text);
        return true;
      } catch {
        return false;
      }
    },
    end: async () => {},
  };
}

/** @why about five thousand lines: a reader further behind has stopped. */
const MAX_BUFFERED_BYTES = 1024 * 1024;

/** A log on a pipe or socket that never waits for its reader. */
function pipeLog(fd: number): LogOutput {
  const { Socket } = process.getBuiltinModule("node:net") as typeof import("node:net");
  const pipe = new Socket({ fd, readable: false, writable: true });
  // The reader has gone, so there is nowhere to report it.
  pipe.on("error", () => {});
  return {
    write: (text) => {
      if (pipe.writableLength > MAX_BUFFERED_BYTES) return false;
      pipe.write(text);
      return true;
    },
    end: (waitMs) =>
      new Promise((resolve) => {
        const close = () => {
          clearTimeout(timer);
          pipe.destroy();
          resolve();
        };
        const timer = setTimeout(close, waitMs);
        // Calls back once everything before it is written.
        pipe.write("", close);
      }),
  };
}
