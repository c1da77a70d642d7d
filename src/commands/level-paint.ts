import type { LevelPaint } from "../gateway/log.ts";
import type { Paint } from "../terminal/paint.ts";

/** How lines of the log are coloured, wherever a person reads them. */
export const levelPaint = ({ dim, yellow, red }: Paint): LevelPaint => ({
  debug: dim,
  info: (text) => text,
  warn: yellow,
  error: red,
});
