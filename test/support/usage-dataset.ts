import type { DataPoint } from "../../src/usage/data-point.ts";
import type { WorkerdOptions } from "./workerd.ts";

const MARK = "USAGE-POINT ";

/** A dataset that refuses what Cloudflare's would not take, and prints what it is given: miniflare's own drops all. */
const DATASET = `
const bytes = (text) => new TextEncoder().encode(text).length;
const all = (list, most, isIt) => Array.isArray(list) && list.length <= most && list.every(isIt);
const isText = (value) => typeof value === "string";
export default () => ({
  writeDataPoint({ indexes, blobs, doubles, ...more }) {
    if (Object.keys(more).length > 0) throw new TypeError("unknown members");
    if (!all(indexes, 1, (text) => isText(text) && bytes(text) <= 96) || indexes.length !== 1) throw new TypeError("indexes");
    if (!all(blobs, 20, isText) || blobs.reduce((sum, text) => sum + bytes(text), 0) > 5120) throw new TypeError("blobs");
    if (!all(doubles, 20, Number.isFinite)) throw new TypeError("doubles");
    console.log(${JSON.stringify(MARK)} + JSON.stringify({ timeMs: Date.now(), indexes, blobs, doubles }));
  },
});
`;

const BROKEN = `export default () => ({ writeDataPoint() { throw new Error("CANARY of the dataset"); } });`;

/** A Worker's options that bind it. */
export const withDataset = (kind: "works" | "throws" = "works"): Pick<WorkerdOptions, "options" | "others"> => {
  const contents = kind === "works" ? DATASET : BROKEN;
  return {
    options: { wrappedBindings: { OPENCLAW_USAGE: { scriptName: "dataset" } } },
    others: [{ name: "dataset", modules: [{ type: "ESModule", path: "dataset.mjs", contents }] }],
  };
};

export interface WrittenPoint extends DataPoint {
  readonly timeMs: number;
}

/** What was written, of all that a Worker printed. */
export const pointsIn = (console: readonly string[]): readonly WrittenPoint[] =>
  console.flatMap((line) => (line.startsWith(MARK) ? [JSON.parse(line.slice(MARK.length)) as WrittenPoint] : []));
