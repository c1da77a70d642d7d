import { describe, expect, it } from "vitest";
import { startNodeHost } from "./node-host.ts";
import { ROWS } from "./rows/all.ts";
import { playAll } from "./table.ts";

describe("the table, on Node", () => playAll(ROWS, startNodeHost));

describe("the table", () => {
  it("has more than 300 rows, each of which says and does something else", () => {
    const told = ROWS.map(({ setup, steps }) => JSON.stringify([setup, steps]));
    expect(ROWS.length).toBeGreaterThan(300);
    expect(new Set(ROWS.map(({ name }) => name)).size).toBe(ROWS.length);
    expect(new Set(told).size).toBe(ROWS.length);
  });
});
