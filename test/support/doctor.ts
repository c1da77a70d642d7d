import { readFileSync, writeFileSync } from "node:fs";
import { configPath } from "./home-files.ts";
import { DOCUMENTED, type Finished, type InProcessOptions, openclaw, temporaryHome } from "./program.ts";

/** A finding as `doctor --json` prints it. */
export interface PrintedFinding {
  readonly id: string;
  readonly status: "ok" | "warn" | "fail" | "skipped";
  readonly message: string;
  readonly fix?: string;
  readonly where?: string;
  readonly position?: { readonly line: number; readonly column: number };
}

interface Diagnosed extends Finished {
  readonly ok: boolean;
  readonly checks: readonly PrintedFinding[];
  readonly repaired?: readonly string[];
}

/** A configuration whose parts a test may change as it likes. */
// biome-ignore lint/suspicious/noExplicitAny: tests write what the schema forbids.
export type Loose = any;

export const readText = (path: string) => readFileSync(path, "utf8");
export const readConfig = (home: string): Loose => JSON.parse(readText(configPath(home)));

/** The name of the provider that onboarding sets up. */
export const PROVIDER = "cloudflare-ai-gateway";

/** A home that onboarding has set up, with `change` made to its configuration afterwards. */
export async function homeWith(change: (config: Loose) => void = () => {}): Promise<string> {
  const home = temporaryHome();
  await openclaw(DOCUMENTED, { home });
  const config = readConfig(home);
  change(config);
  writeFileSync(configPath(home), `${JSON.stringify(config, null, 2)}\n`);
  return home;
}

/** Runs `doctor --json --offline` with more arguments, and reads what it printed. */
export async function doctor(
  home: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
  replaced: Pick<InProcessOptions, "context" | "about"> = {},
): Promise<Diagnosed> {
  const finished = await openclaw(["doctor", "--json", "--offline", ...args], { home, env, ...replaced });
  return { ...finished, ...JSON.parse(finished.stdout) };
}

/** What a check found that is not fine. */
export const faults = ({ checks }: Diagnosed, id?: string): readonly PrintedFinding[] =>
  checks.filter((finding) => isFault(finding) && (id === undefined || finding.id === id));

const isFault = ({ status }: PrintedFinding): boolean => status === "warn" || status === "fail";
