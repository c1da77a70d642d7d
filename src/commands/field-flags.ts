import type { Field } from "../providers/provider.ts";

const ENDINGS = ["", "-file", "-env"] as const;

/** The flags of a field: the value itself, or a file or a variable that holds it. */
export const fieldFlags = ({ flag }: Pick<Field, "flag">): readonly string[] =>
  ENDINGS.map((ending) => `--${flag}${ending}`);

/** The name of a flag's value, as commander has it: `gatewayPort` of `--gateway-port`. */
export const valueName = (flag: string): string =>
  flag.replace(/^--/, "").replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
