import fs from "node:fs";
import type { Files } from "../../src/core/context.ts";

type Operation = keyof Files;

export interface Faults {
  /** The operation with this number, from 1, is refused with `errno`, or never returns when that is "death". */
  readonly at?: number;
  /** Every operation of these names, on a path that matches if one is given, is refused with `errno`. */
  readonly on?: readonly Operation[];
  readonly matching?: RegExp;
  readonly errno?: string;
  /** Room on the disk: writes are cut short when it is used up, and the next is refused with ENOSPC. */
  readonly spaceBytes?: number;
  /** The most bytes one write takes. */
  readonly writeBytes?: number;
  /** Called before each operation, as another program that acts in between. */
  readonly before?: (operation: Operation, path: unknown) => void;
}

export interface FaultyFiles extends Files {
  /** The operations so far, each as "name path"; those on a descriptor have no path. */
  readonly log: readonly string[];
}

/** Thrown where the process would no longer be there. */
export class Death extends Error {}

const refusal = (errno: string, operation: string) =>
  Object.assign(new Error(`${errno}: ${operation}`), { code: errno });

/** The real file operations but syncing, which shows only after a power cut, and takes long. */
export const unsyncedFiles: Files = Object.assign(Object.create(fs), { fsyncSync: () => {} });

/** These operations, with faults. */
export function faultyFiles({
  at,
  on = [],
  matching = /^/,
  errno = "EIO",
  before,
  ...limits
}: Faults = {}): FaultyFiles {
  const log: string[] = [];
  let spaceBytes = limits.spaceBytes ?? Number.POSITIVE_INFINITY;

  function strike(operation: Operation, path: unknown): void {
    log.push(typeof path === "string" ? `${operation} ${path}` : operation);
    const isDead = errno === "death" && at !== undefined && log.length >= at;
    if (isDead) throw new Death(operation);
    before?.(operation, path);
    const isNamed = on.includes(operation) && matching.test(String(path));
    if (log.length === at || isNamed) throw refusal(errno, operation);
  }

  function writeSync(descriptor: number, buffer: Buffer, offset: number, length: number): number {
    if (spaceBytes === 0) throw refusal("ENOSPC", "writeSync");
    const written = fs.writeSync(descriptor, buffer, offset, Math.min(length, spaceBytes, limits.writeBytes ?? length));
    spaceBytes -= written;
    return written;
  }

  return new Proxy(unsyncedFiles, {
    get(real, name: Operation | "log") {
      if (name === "log") return log;
      const act = (name === "writeSync" ? writeSync : real[name]) as (...args: unknown[]) => unknown;
      return (...args: unknown[]) => {
        strike(name, args[0]);
        return act(...args);
      };
    },
  }) as unknown as FaultyFiles;
}
