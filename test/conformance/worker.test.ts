import { describe } from "vitest";
import { ROWS } from "./rows/all.ts";
import { playAll } from "./table.ts";
import { startWorkerHost } from "./worker-host.ts";

// Until the Worker does all of it.
describe.skipIf(process.env.CONFORMANCE_WORKER === undefined)("the table, on workerd", () =>
  playAll(ROWS, startWorkerHost),
);
