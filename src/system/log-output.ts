import { Socket } from "node:net";
import type { LogOutput } from "../core/context.ts";

/** @why some five thousand lines: a reader that is further behind has stopped. */
const LONGEST_KEPT_BYTES = 1024 * 1024;

/** A pipe or socket, written to without waiting for its reader. */
export function pipeOutput(fd: number): LogOutput {
  const pipe = new Socket({ fd, readable: false, writable: true });
  // The reader has left: there is nobody to tell.
  pipe.on("error", () => {});
  return {
    write: (text) => {
      if (pipe.writableLength > LONGEST_KEPT_BYTES) return false;
      pipe.write(text);
      return true;
    },
    end: (waitMs) =>
      new Promise((resolve) => {
        const over = () => {
          clearTimeout(timer);
          pipe.destroy();
          resolve();
        };
        const timer = setTimeout(over, waitMs);
        // Called when everything before it is written.
        pipe.write("", over);
      }),
  };
}
