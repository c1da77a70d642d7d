import { describe } from "vitest";
import { ROWS } from "./rows/all.ts";
import { playAll } from "./table.ts";
import { startWorkerHost } from "./worker-host.ts";

describe("the table, on workerd", () => playAll(ROWS, startWorkerHost));
