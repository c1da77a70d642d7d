import type { Texts } from "./message.ts";

/** The same texts, every sentence of them passed through `show` when it is said. */
export const shownTexts = (texts: Texts, show: (sentence: string) => string): Texts => shown(texts, show) as Texts;

function shown(value: unknown, show: (sentence: string) => string): unknown {
  if (typeof value === "string") return show(value);
  if (typeof value === "function")
    return (...values: readonly unknown[]) =>
      shown((value as (...all: readonly unknown[]) => unknown)(...values), show);
  if (Array.isArray(value)) return value.map((one) => shown(one, show));
  if (typeof value !== "object" || value === null) return value;
  return new Proxy(value, { get: (target, key) => shown(Reflect.get(target, key), show) });
}
