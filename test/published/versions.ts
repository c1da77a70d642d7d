import { execFile } from "node:child_process";
import { homedir } from "node:os";
import { join } from "node:path";
import { installIn } from "../clients/install.ts";

/** The versions of the published program that are asked: the last with this provider in it, and the newest that was tried. */
export const VERSIONS = ["2026.5.28", "2026.9.6"] as const;

export type Version = (typeof VERSIONS)[number];

/** Both want a newer Node than this project does. */
const NODE = "24.21.0";

const CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "openclaw-test-published");

const installations = new Map<string, Promise<string>>();

function installed(name: string, version: string): Promise<string> {
  const folder = join(CACHE, `${name}-${version}`);
  const known = installations.get(folder) ?? installIn(folder, name, { [name]: version });
  installations.set(folder, known);
  return known;
}

/** The published program's verdict on the configuration in a home. */
export interface PublishedVerdict {
  readonly valid: boolean;
  /** Its words, where it is not. */
  readonly says: string;
}

export async function publishedVerdict(version: Version, home: string): Promise<PublishedVerdict> {
  const node = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
  const program = join(await installed("openclaw", version), "node_modules", "openclaw", "openclaw.mjs");
  const runtime = join(await installed(node, NODE), "node_modules", node, "bin", "node");
  const env = { HOME: home, PATH: process.env.PATH ?? "", NO_COLOR: "1" };
  const { stdout, stderr } = await new Promise<{ stdout: string; stderr: string }>((resolve) => {
    execFile(runtime, [program, "config", "validate", "--json"], { env, cwd: home }, (_, stdout, stderr) =>
      resolve({ stdout, stderr }),
    );
  });
  const document = documentIn(stdout);
  if (document?.valid === true) return { valid: true, says: "" };
  const issues = document?.issues?.map(({ path, message }) => `${path}: ${message}`);
  return { valid: false, says: issues?.join("; ") ?? `${stdout}${stderr}`.trim() };
}

interface PublishedDocument {
  readonly valid?: boolean;
  readonly issues?: readonly { readonly path: string; readonly message: string }[];
}

/** Notes of the program may stand before the document. */
function documentIn(stdout: string): PublishedDocument | undefined {
  try {
    return JSON.parse(stdout.slice(stdout.indexOf("{")));
  } catch {
    return undefined;
  }
}
