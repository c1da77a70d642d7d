import { mkdirSync, readFileSync } from "node:fs";
import { Agent, type ClientRequest, type IncomingMessage, request } from "node:http";
import { loadavg } from "node:os";
import { join } from "node:path";
import { jsonLine, markdownTable, median, slope } from "../figures.ts";
import { openclaw } from "./contenders/openclaw.ts";
import { openFiles, residentKiB } from "./machine.ts";
import { type Answer, conversation, requestHeaders } from "./traffic.ts";

/** Something that a client does, and the expected status and completeness of its answer. */
interface Act {
  readonly name: string;
  /** Weight among the others. */
  readonly weight: number;
  readonly answer: Answer;
  readonly bodyBytes: number;
  readonly status: number;
  /** Leaves after half of its body, or after the first bytes of its answer. */
  readonly leaves?: "asking" | "reading";
  /** Presented instead of its token. */
  readonly token?: string;
  /** With an error event, with the upstream's last event, or with that after a ping. */
  readonly ends?: "unfinished" | "finished" | "pinged";
}

const [SMALL, LARGE] = [1024, 500 * 1024];

const ACTS: readonly Act[] = [
  { name: "stream", weight: 8, answer: "paced-10-20", bodyBytes: SMALL, status: 200 },
  { name: "stream after 500 KB", weight: 4, answer: "paced-10-20", bodyBytes: LARGE, status: 200 },
  { name: "document", weight: 8, answer: "json", bodyBytes: SMALL, status: 200 },
  { name: "document after 500 KB", weight: 2, answer: "json", bodyBytes: LARGE, status: 200 },
  ...[400, 429, 500, 529].map(
    (status): Act => ({ name: String(status), weight: 1, answer: `status-${status}`, bodyBytes: SMALL, status }),
  ),
  { name: "stream that is cut off", weight: 1, answer: "cut", bodyBytes: SMALL, status: 200 },
  ...(["error", "pings", "opening", "document"] as const).map(
    (how): Act => ({
      name: `200 that is none: ${how}`,
      weight: 1,
      answer: `disguised-${how}`,
      bodyBytes: SMALL,
      status: 529,
    }),
  ),
  ...(["nothing", "page", "reset"] as const).map(
    (how): Act => ({
      name: `200 that is none: ${how}`,
      weight: 1,
      answer: `disguised-${how}`,
      bodyBytes: SMALL,
      status: 502,
    }),
  ),
  ...(["unfinished", "finished"] as const).map(
    (how): Act => ({
      name: `stream ${how}`,
      weight: 1,
      answer: `disguised-${how}`,
      bodyBytes: SMALL,
      status: 200,
      ends: how,
    }),
  ),
  // Rare, since it takes long; between two of its events the client hears a ping.
  { name: "silence", weight: 0.05, answer: "silent-17", bodyBytes: SMALL, status: 200, ends: "pinged" },
  { name: "wrong token", weight: 1, answer: "json", bodyBytes: SMALL, status: 401, token: "wrong" },
  { name: "leaves while asking", weight: 2, answer: "json", bodyBytes: LARGE, status: 0, leaves: "asking" },
  { name: "leaves while reading", weight: 4, answer: "idle", bodyBytes: SMALL, status: 200, leaves: "reading" },
];

const CLIENTS = 16;
const SAMPLE_MS = 5_000;
/** @why by then V8's young generation has grown to the size that this traffic needs. */
const SETTLED_MINUTES = 2;

/** Sends mixed traffic for ten minutes and watches the memory. `unrecorded`: with the record switched off. */
export async function soak(work: string, upstreamPort: number, [how]: readonly string[] = []): Promise<void> {
  if (how !== undefined && how !== "unrecorded") throw new Error(`There is no such soak: ${how}.`);
  const isRecorded = how === undefined;
  const minutes = Number(process.env.OPENCLAW_BENCH_MINUTES ?? 10);
  const folder = join(work, "soak");
  mkdirSync(folder);
  const place = { folder, upstreamPort, core: "contender", workers: 1 } as const;
  const { port, child, log, record, setRecording } = await openclaw(place);
  await setRecording(isRecorded);
  const pid = child?.pid ?? 0;
  const filesBefore = openFiles(pid);
  const startMs = Date.now();
  const minutesGone = () => (Date.now() - startMs) / 60_000;
  const samples: { readonly minute: number; readonly mib: number }[] = [];
  const timer = setInterval(() => samples.push({ minute: minutesGone(), mib: residentKiB(pid) / 1024 }), SAMPLE_MS);
  const counts = new Map<string, number>();
  const faults = new Map<string, number>();
  const count = (into: Map<string, number>, name: string) => into.set(name, (into.get(name) ?? 0) + 1);
  const live = async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    while (minutesGone() < minutes) {
      const act = any(ACTS);
      const came = await perform(act, port, agent);
      count(counts, act.name);
      if (came !== act.status) count(faults, `${act.name}: ${came} instead of ${act.status}`);
    }
    agent.destroy();
  };
  await Promise.all(Array.from({ length: CLIENTS }, live));
  clearInterval(timer);
  // Until the last lines of the log and of the record are written.
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  const bugs = readFileSync(log, "latin1").split("This is a bug").length - 1;
  const settled = samples.filter(({ minute }) => minute > SETTLED_MINUTES);
  const byMinute = Array.from({ length: Math.ceil(minutes) }, (_, index) =>
    median(samples.filter(({ minute }) => Math.floor(minute) === index).map(({ mib }) => mib)),
  );
  const figures = {
    requests: [...counts.values()].reduce((total, one) => total + one, 0),
    mibByMinute: byMinute,
    mibPerMinute: slope(settled.map(({ minute, mib }) => [minute, mib])),
    openFiles: [filesBefore, openFiles(pid)],
    bugs,
    recordedRequests: record.lines(),
    faults: Object.fromEntries(faults),
    counts: Object.fromEntries(counts),
    load: loadavg()[0],
  };
  console.log(
    `${figures.requests} requests of ${CLIENTS} clients in ${minutes} minutes on Node ${process.version}, load ${figures.load?.toFixed(1)}\n`,
  );
  console.log(
    markdownTable([
      ["minute", ...byMinute.map((_, index) => String(index + 1))],
      ["MiB", ...byMinute.map((mib) => mib.toFixed(0))],
    ]),
  );
  console.log(
    `\n${figures.mibPerMinute.toFixed(2)} MiB more each minute after the first ${SETTLED_MINUTES}; ` +
      `open files before and after: ${figures.openFiles.join(", ")}; bugs logged: ${bugs}; ` +
      `requests in the record: ${figures.recordedRequests}\n`,
  );
  for (const [fault, times] of faults) console.log(`Wrong: ${fault}, ${times} times`);
  console.log(jsonLine(figures));
}

/** Picks one by weight. */
function any(acts: readonly Act[]): Act {
  let left = Math.random() * acts.reduce((total, { weight }) => total + weight, 0);
  const found = acts.find(({ weight }) => {
    left -= weight;
    return left < 0;
  });
  return found ?? (acts[0] as Act);
}

const BODIES = new Map([SMALL, LARGE].map((size) => [size, conversation(size, true)]));

const ENDS = {
  unfinished: /event: content_block_delta\n.*\n\nevent: error\ndata: .*\n\n$/,
  finished: /event: message_stop\ndata: .*\n\n$/,
  pinged: /\n\nevent: ping\n.*\n\nevent: message_delta[\s\S]*event: message_stop\ndata: .*\n\n$/,
} as const;

/** Resolves with the status, 0 for none, -1 for one that ends otherwise than it should. */
function perform(act: Act, port: number, agent: Agent): Promise<number> {
  const { answer, bodyBytes, leaves, token, ends } = act;
  const body = BODIES.get(bodyBytes) ?? Buffer.alloc(0);
  const { connection: _, ...named } = requestHeaders(answer, bodyBytes);
  const headers = { ...named, ...(token !== undefined && { "x-api-key": token }) };
  return new Promise((resolve) => {
    const asked: ClientRequest = request({
      port,
      host: "127.0.0.1",
      method: "POST",
      path: "/v1/messages",
      headers,
      agent,
    });
    asked.on("error", () => resolve(0));
    asked.on("response", (response: IncomingMessage) => {
      let heard = "";
      if (ends !== undefined) response.on("data", (bytes: Buffer) => (heard += bytes.toString("latin1")));
      const done = () => resolve(ends === undefined || ENDS[ends].test(heard) ? (response.statusCode ?? 0) : -1);
      response.on("error", () => {});
      response.on("close", done);
      if (leaves === "reading") response.once("data", () => asked.destroy());
      response.resume();
    });
    if (leaves === "asking") asked.write(body.subarray(0, bodyBytes / 2), () => asked.destroy());
    else asked.end(body);
  });
}
