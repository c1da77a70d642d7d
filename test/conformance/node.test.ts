import { describe } from "vitest";
import { startNodeHost } from "./node-host.ts";
import { ROWS } from "./rows/all.ts";
import { playAll } from "./table.ts";

describe("the table, on Node", () => playAll(ROWS, startNodeHost));
