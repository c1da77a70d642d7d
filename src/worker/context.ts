import type { Context, Env, Files } from "../core/context.ts";
import type { Bindings } from "./runtime.ts";

/** What values are found by. */
export type WorkerContext = Pick<Context, "env" | "files" | "run" | "homedir" | "uid" | "now">;

const notThere = (): never => {
  throw Object.assign(new Error("ENOENT: a Worker has no files"), { code: "ENOENT" });
};

/** No file is there. */
const NO_FILES = new Proxy({} as Files, {
  get: (_, name) => (name === "statSync" || name === "lstatSync" ? () => undefined : notThere),
});

/** Bindings of text are the environment. There are no files and no programs: a Worker has its bindings. */
export const workerContext = (bindings: Bindings): WorkerContext => ({
  env: Object.fromEntries(Object.entries(bindings).filter(([, value]) => typeof value === "string")) as Env,
  files: NO_FILES,
  run: () => Promise.resolve({ status: null, stdout: "", failure: "not-found" }),
  homedir: () => "/",
  uid: undefined,
  now: () => new Date(),
});
