import { describe, expect, it } from "vitest";
import { streamsAreLeft, streamsEndWell } from "../support/worker-load.ts";

describe("a thousand streams in workerd", () => {
  it("are open together, and each has its end", async () => {
    const bytesEach = await streamsEndWell(1_000);
    console.log(`${Math.round(bytesEach / 1024)} KiB of workerd's memory for each of 1,000 open streams`);
    expect(bytesEach).toBeLessThan(512 * 1024);
  });

  it("are ended at the upstream when their clients leave", () => streamsAreLeft(1_000));
});
