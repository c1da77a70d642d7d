import { describe, expect, it } from "vitest";
import type { Context, ProcessEnd } from "../../src/core/context.ts";
import type { FromWorker, ToWorker } from "../../src/server/worker-messages.ts";
import { startGatewayHere, writeHome } from "../support/gateway-process.ts";
import { openclaw, temporaryHome } from "../support/program.ts";

const CONFIG = {
  models: {
    providers: { mine: { baseUrl: "http://127.0.0.1:9/", api: "anthropic-messages", apiKey: "CANARY-key-0123456789" } },
  },
  gateway: { auth: { mode: "token", token: "CANARY-token-0123456789-0123456789" } },
};

function home(): string {
  const folder = temporaryHome();
  writeHome(folder, CONFIG, {});
  return folder;
}

interface Script {
  readonly say: (message: FromWorker) => void;
  readonly end: (end: ProcessEnd) => void;
  readonly number: number;
}

/** Processes that are none: each does what the script says when it begins, and when it is told something. */
function scripted(
  begin: (worker: Script) => void,
  told: (message: ToWorker, worker: Script) => void = () => {},
): Pick<Context, "startWorkerProcess" | "delay"> & { readonly count: () => number; readonly heard: ToWorker[] } {
  let count = 0;
  const heard: ToWorker[] = [];
  return {
    count: () => count,
    heard,
    delay: async () => {},
    startWorkerProcess: async ({ onMessage, onEnd }) => {
      count += 1;
      let isOver = false;
      const worker: Script = {
        number: count,
        say: (message) => setImmediate(() => onMessage(message, undefined)),
        end: (end) => {
          if (!isOver) setImmediate(() => onEnd(end));
          isOver = true;
        },
      };
      begin(worker);
      return {
        pid: 1_000 + count,
        send: (message) => {
          heard.push(message as ToWorker);
          told(message as ToWorker, worker);
          return true;
        },
        hand: () => false,
        kill: () => worker.end({ status: null, signal: "SIGKILL" }),
        release: () => worker.end({ status: 0, signal: null }),
      };
    },
  };
}

/** Runs until it ends by itself; standard output is its log. */
async function runToItsEnd(context: Partial<Context>) {
  const lines: string[] = [];
  const openLog: Context["openLog"] = async () => ({ write: (text) => lines.push(text) > 0, end: async () => {} });
  const args = ["gateway", "run", "--port", "0", "--workers", "2"];
  const finished = await openclaw(args, { home: home(), context: { ...context, openLog } });
  return { ...finished, log: lines.join("") };
}

const VERSION = "0.1.0";

describe("a gateway that is told to stop while its processes start", () => {
  it.each([
    ["before the first one has been heard of", 1],
    ["when the last one is on its way", 2],
    ["when they are a replacement", 3],
  ])("ends them, and itself in order, %s", async (_name, at) => {
    const signals = new Map<string, () => void>();
    let left = 0;
    const processes = scripted(({ number, end }) => {
      left += 1;
      if (at === 3 && number < at) end({ status: 1, signal: null });
      if (number === at) signals.get("SIGTERM")?.();
    });
    const { status, stderr, log } = await runToItsEnd({
      ...processes,
      startWorkerProcess: async (events) => {
        const onEnd = (end: ProcessEnd) => {
          left -= 1;
          events.onEnd(end);
        };
        return await processes.startWorkerProcess({ ...events, onEnd });
      },
      onSignal: (signal, callback) => {
        signals.set(signal, callback);
        return () => void signals.delete(signal);
      },
    });
    expect([status, stderr, left]).toEqual([0, "", 0]);
    expect(log).toMatch(/Stopping: .*\n.*"Stopped\."\}\n$/);
  });
});

describe("processes that keep ending", () => {
  it("end the gateway with status 1, after a line for each", async () => {
    const processes = scripted(({ end }) => end({ status: 1, signal: null }));
    const { status, stderr, log } = await runToItsEnd(processes);
    expect(status).toBe(1);
    expect(stderr).toBe(
      "openclaw: The processes that serve requests keep ending.\nThe lines above say how they ended.\n",
    );
    const ends = log
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).message);
    expect(ends[0]).toBe(
      "Process 1001 ended with status 1 after 0 s. Its requests were cut off. Another takes its place.",
    );
    expect(ends.filter((message) => message.endsWith("Another takes its place."))).toHaveLength(9);
    expect(ends.at(-1)).toMatch(/Its requests were cut off\.$/);
    expect(log + stderr).not.toMatch(/CANARY/);
  });

  it("do so too if they cannot be started at all", async () => {
    const processes = scripted(() => {
      throw new Error("spawn EAGAIN");
    });
    const { status, log } = await runToItsEnd(processes);
    expect([status, processes.count()]).toEqual([1, 10]);
    expect(log).toContain("A process could not be started: spawn EAGAIN. The gateway tries again.");
  });

  it("do so if the program on disk is of another version by now", async () => {
    const processes = scripted(({ say }) => say({ kind: "up", version: "9.9.9" }));
    const { status, log } = await runToItsEnd(processes);
    expect(status).toBe(1);
    expect(log).toContain(`openclaw on disk is 9.9.9, and this gateway is ${VERSION}. Restart the gateway.`);
    expect(processes.heard).toEqual([]);
  });
});

describe("a changed configuration", () => {
  /** They do all that they are told; the second one is at fault when it is to prepare for a reload. */
  const workers = (isFaulty: boolean) =>
    scripted(
      ({ say }) => say({ kind: "up", version: VERSION }),
      (told, { say, number }) => {
        if (told.kind === "start") say({ kind: "uses", number: told.edition.number });
        if (told.kind === "prepare")
          say({
            kind: "prepared",
            number: told.edition.number,
            isFaulty: isFaulty && number === 2 && told.edition.number > 2,
          });
        if (told.kind === "use") say({ kind: "uses", number: told.number });
        if (told.kind === "stop") say({ kind: "stopped", cutCount: 0 });
      },
    );

  it("is used by all of them once all are prepared", async () => {
    const processes = workers(false);
    const gateway = await startGatewayHere({ home: home(), args: ["--workers", "2"], context: processes });
    processes.heard.length = 0;
    gateway.kill("SIGHUP");
    await gateway.says(/The configuration was reloaded/);
    expect(processes.heard.map(({ kind }) => kind)).toEqual(["prepare", "prepare", "use", "use"]);
  });

  it("is used by none if one of them cannot", async () => {
    const processes = workers(true);
    const gateway = await startGatewayHere({ home: home(), args: ["--workers", "2"], context: processes });
    processes.heard.length = 0;
    gateway.kill("SIGHUP");
    await gateway.says(/The configuration was not reloaded.*A process could not use it/);
    expect(processes.heard.map(({ kind }) => kind)).toEqual(["prepare", "prepare"]);
  });

  it("reaches one that was being started meanwhile", async () => {
    const scripts: Script[] = [];
    const processes = scripted(
      (worker) => {
        scripts.push(worker);
        worker.say({ kind: "up", version: VERSION });
      },
      (told, { say, number }) => {
        // The third one takes its time.
        if (told.kind === "start" && number < 3) say({ kind: "uses", number: told.edition.number });
        if (told.kind === "prepare") say({ kind: "prepared", number: told.edition.number, isFaulty: false });
        if (told.kind === "use") say({ kind: "uses", number: told.number });
        if (told.kind === "stop") say({ kind: "stopped", cutCount: 0 });
      },
    );
    const gateway = await startGatewayHere({ home: home(), args: ["--workers", "2"], context: processes });
    const edition = processes.heard.findLast((told) => told.kind === "use")?.number ?? 0;
    scripts[0]?.end({ status: null, signal: "SIGKILL" });
    await gateway.says(/Process 1001 was ended by SIGKILL/);
    processes.heard.length = 0;
    gateway.kill("SIGHUP");
    await gateway.says(/The configuration was reloaded/);
    scripts[2]?.say({ kind: "uses", number: edition });
    await gateway.says(/Process 1003 serves in its place/);
    const editions = processes.heard.flatMap((told) =>
      told.kind === "prepare" ? [told.edition.number] : told.kind === "use" ? [told.number] : [],
    );
    // To the one that serves, and then to the late one.
    expect(editions).toEqual([1, 1, 1, 1].map(() => edition + 1));
  });
});
