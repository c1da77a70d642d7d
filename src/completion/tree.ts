/** A command as completion sees it, whatever parses the command line. */
export interface CommandNode {
  readonly name: string;
  readonly aliases: readonly string[];
  /** One line for shells that show one. */
  readonly summary: string;
  readonly commands: readonly CommandNode[];
  readonly flags: readonly FlagNode[];
  /** Those of the command below it that may be left out, which count only where none is named. */
  readonly impliedFlags: readonly FlagNode[];
  readonly args: readonly ArgumentNode[];
}

export interface FlagNode {
  /** `--json`, and short for it `-j`, if there is one. */
  readonly long: string;
  readonly short: string | undefined;
  readonly description: string;
  /** True if a value follows. */
  readonly takes: "nothing" | "value" | "maybe a value";
  readonly value: ValueNode;
  readonly isRepeatable: boolean;
  /** Long flags that cannot be given with it. */
  readonly excludes: readonly string[];
}

export interface ArgumentNode {
  readonly value: ValueNode;
  /** Takes all words that follow. */
  readonly isVariadic: boolean;
}

export interface ValueNode {
  /** The name on the help page: `ref` of `<ref>`. */
  readonly name: string;
  /** Every value there is, if they are few. */
  readonly choices: readonly string[];
}
