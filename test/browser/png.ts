import { crc32, deflateSync } from "node:zlib";
import type { Page } from "playwright-core";

const COLOURS = 256;

/** The same picture with at most 256 colours, which text and lines do not need more of. The page's browser decodes it. */
export async function smallPng(picture: Buffer, page: Page): Promise<Buffer> {
  const { width, height, pixels } = await page.evaluate(decode, picture.toString("base64"));
  return encode(width, height, Buffer.from(pixels, "base64"));
}

/** Runs in the browser. */
async function decode(base64: string): Promise<{ width: number; height: number; pixels: string }> {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
  const { width, height } = image;
  const canvas = new OffscreenCanvas(width, height).getContext("2d");
  canvas?.drawImage(image, 0, 0);
  const { data = new Uint8ClampedArray() } = canvas?.getImageData(0, 0, width, height) ?? {};
  let text = "";
  for (let at = 0; at < data.length; at += 0x8000) text += String.fromCharCode(...data.subarray(at, at + 0x8000));
  return { width, height, pixels: btoa(text) };
}

function encode(width: number, height: number, rgba: Buffer): Buffer {
  const palette = paletteOf(rgba);
  const rows = Buffer.alloc(height * (width + 1));
  const nearest = new Map<number, number>();
  for (let at = 0; at < width * height; at += 1) {
    const colour = rgba.readUIntBE(4 * at, 3);
    let index = nearest.get(colour);
    if (index === undefined) {
      index = nearestOf(colour, palette);
      nearest.set(colour, index);
    }
    rows[Math.floor(at / width) * (width + 1) + 1 + (at % width)] = index;
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  // Eight bits a pixel, by palette.
  head.set([8, 3, 0, 0, 0], 8);
  const colours = Buffer.concat(
    palette.map((colour) => Buffer.from([colour >> 16, (colour >> 8) & 255, colour & 255])),
  );
  const parts = [
    ["IHDR", head],
    ["PLTE", colours],
    ["IDAT", deflateSync(rows, { level: 9, memLevel: 9 })],
    ["IEND", Buffer.alloc(0)],
  ] as const;
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), ...parts.map(([name, data]) => part(name, data))]);
}

function part(name: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name, "latin1"), data]);
  const framed = Buffer.alloc(named.length + 8);
  framed.writeUInt32BE(data.length, 0);
  named.copy(framed, 4);
  framed.writeUInt32BE(crc32(named), named.length + 4);
  return framed;
}

/** Most pixels are of few colours, and the rest are steps between two of them: those that are met most often. */
function paletteOf(rgba: Buffer): readonly number[] {
  const met = new Map<number, number>();
  for (let at = 0; at < rgba.length; at += 4) {
    const colour = rgba.readUIntBE(at, 3);
    met.set(colour, (met.get(colour) ?? 0) + 1);
  }
  return [...met]
    .toSorted(([a, first], [b, second]) => second - first || a - b)
    .slice(0, COLOURS)
    .map(([colour]) => colour);
}

function nearestOf(colour: number, palette: readonly number[]): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  palette.forEach((candidate, index) => {
    const distance = [16, 8, 0].reduce(
      (sum, shift) => sum + (((candidate >> shift) & 255) - ((colour >> shift) & 255)) ** 2,
      0,
    );
    if (distance < least) [best, least] = [index, distance];
  });
  return best;
}
