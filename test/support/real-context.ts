import fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Context } from "../../src/core/context.ts";
import { en } from "../../src/text/en/index.ts";
import { unsyncedFiles } from "./faulty-files.ts";
import { machine } from "./real-context-machine.ts";

/** A context whose text streams are collected. */
export interface TestContext extends Context {
  /** Everything written so far, a piece per call. */
  readonly written: { readonly out: readonly string[]; readonly err: readonly string[] };
}

/** An empty folder that is removed when the test is over. */
export function temporaryFolder(): string {
  const folder = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), "openclaw-test-")));
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function unexpected(what: string) {
  return async (): Promise<never> => {
    throw new Error(`unexpected ${what}`);
  };
}

/**
 * Real files in a temporary home, an empty environment, no terminal, and waiting that takes no time.
 * A question or a command that the test did not provide for is an error.
 */
export function testContext(overrides: Partial<Context> = {}): TestContext {
  const home = overrides.homedir?.() ?? temporaryFolder();
  const written = { out: [] as string[], err: [] as string[] };
  return {
    ...machine,
    files: unsyncedFiles,
    env: {},
    text: en,
    homedir: () => home,
    cwd: () => home,
    terminal: { stdin: false, stdout: false, stderr: false },
    columns: () => undefined,
    delay: async () => {},
    out: (text) => written.out.push(text),
    isReaderGone: () => false,
    err: (text) => written.err.push(text),
    openLog: unexpected("log"),
    append: unexpected("line of a record"),
    readStdin: async () => "",
    prompter: async () => ({
      text: unexpected("question"),
      choose: unexpected("question"),
      chooseSeveral: unexpected("question"),
      search: unexpected("question"),
      confirm: unexpected("question"),
      busy: async (_, work) => ({ kind: "answer", value: await work(new AbortController().signal) }),
      note: (text) => written.err.push(text),
    }),
    liveScreen: unexpected("live screen"),
    onSignal: () => () => {},
    watchFolder: () => () => {},
    run: unexpected("command"),
    runInTerminal: unexpected("editor"),
    http: unexpected("request"),
    watchProcess: unexpected("process"),
    pageOpener: async () => undefined,
    startThread: unexpected("thread"),
    startWorkerProcess: unexpected("process"),
    loadRest: async () => {},
    primary: async () => undefined,
    ...overrides,
    written,
  };
}
