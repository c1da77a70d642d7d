import type { Context, Files } from "./context.ts";
import { hashOf } from "./hash.ts";

/**
 * Process ids mean the same within one. Containers that share a folder have a namespace of their own, other machines are
 * another boot; the name of the host is for people. Empty where the system does not say, as on macOS.
 */
export interface PidNamespace {
  readonly boot: string;
  readonly namespace: string;
  readonly host: string;
}

const UNKNOWN: PidNamespace = { boot: "", namespace: "", host: "" };
const known = new WeakMap<Files, PidNamespace>();

/** @source proc(5): each boot has a random id; pid_namespaces(7): a link names the namespace. */
export function ownNamespace({ files }: Pick<Context, "files">): PidNamespace {
  const before = known.get(files);
  if (before !== undefined) return before;
  const own = readNamespace(files);
  known.set(files, own);
  return own;
}

function readNamespace(files: Files): PidNamespace {
  try {
    const word = (text: string) => text.replace(/[^\w.-]/g, "");
    return {
      boot: word(files.readFileSync("/proc/sys/kernel/random/boot_id", "latin1")),
      namespace: word(files.readlinkSync("/proc/self/ns/pid")),
      host: word(files.readFileSync("/proc/sys/kernel/hostname", "latin1")),
    };
  } catch {
    return UNKNOWN;
  }
}

/** Ids without a namespace, as earlier versions wrote them, are taken to be ours. */
export const isSameNamespace = (one: PidNamespace, other: PidNamespace): boolean =>
  one.boot === "" || other.boot === "" || (one.boot === other.boot && one.namespace === other.namespace);

/** For names of files: hexadecimal, empty where the namespace is not known. */
export function namespaceMark({ boot, namespace }: PidNamespace): string {
  if (boot === "") return "";
  const [mark] = hashOf(Buffer.from(`${boot} ${namespace}`));
  return mark.toString(16).padStart(8, "0");
}

/**
 * After this time without a change, a file of a process that cannot be looked at counts as abandoned.
 * @why two minutes: a lock is held for less than a second, and half a minute where a secret is asked of a slow program.
 */
export const ABANDONED_MS = 120_000;
