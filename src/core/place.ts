import type { Context, Files } from "./context.ts";

/**
 * Where process ids mean the same. Containers that share a folder have a namespace of their own, other machines are
 * another boot; the name of the host is for people. Empty where the system does not say, as on macOS.
 */
export interface Place {
  readonly boot: string;
  readonly namespace: string;
  readonly host: string;
}

const NOWHERE: Place = { boot: "", namespace: "", host: "" };
const known = new WeakMap<Files, Place>();

/** @source proc(5): each boot has a random id; pid_namespaces(7): a link names the namespace. */
export function ownPlace({ files }: Pick<Context, "files">): Place {
  const before = known.get(files);
  if (before !== undefined) return before;
  const place = readPlace(files);
  known.set(files, place);
  return place;
}

function readPlace(files: Files): Place {
  try {
    const word = (text: string) => text.replace(/[^\w.-]/g, "");
    return {
      boot: word(files.readFileSync("/proc/sys/kernel/random/boot_id", "latin1")),
      namespace: word(files.readlinkSync("/proc/self/ns/pid")),
      host: word(files.readFileSync("/proc/sys/kernel/hostname", "latin1")),
    };
  } catch {
    return NOWHERE;
  }
}

/** Without a place, as written by earlier versions, ids are taken to be ours. */
export const isSamePlace = (one: Place, other: Place): boolean =>
  one.boot === "" || other.boot === "" || (one.boot === other.boot && one.namespace === other.namespace);

/** For names of files: hexadecimal, empty where the place is not known. */
export function placeMark({ boot, namespace }: Place): string {
  if (boot === "") return "";
  let mark = 0x811c9dc5;
  for (const character of `${boot} ${namespace}`) mark = Math.imul(mark ^ character.charCodeAt(0), 0x01000193);
  return (mark >>> 0).toString(16).padStart(8, "0");
}

/**
 * After this time without a change, a file of a process that cannot be looked at counts as abandoned.
 * @why two minutes: a lock is held for less than a second, and half a minute where a secret is asked of a slow program.
 */
export const ABANDONED_MS = 120_000;
