import { createHash } from "node:crypto";

const DIGITS = 16;

/** Tells two configurations apart, whatever white space they are written with: 16 hex digits. */
export const configurationVersion = (value: unknown): string =>
  createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, DIGITS);
