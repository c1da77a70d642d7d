import { say, type Texts } from "../text/message.ts";
import type { Finding, Repair } from "./check.ts";
import { CHECKS } from "./checks.ts";
import type { Facts } from "./input.ts";
import { publicText } from "./report.ts";

/** A finding as it may be shown to anybody; the shape of `--json`. */
export interface ShownFinding extends Omit<Finding, "repair" | "message" | "fix"> {
  readonly message: string;
  readonly fix?: string;
  /** Of the check. */
  readonly id: string;
}

export interface Report {
  /** Whether nothing failed. */
  readonly ok: boolean;
  readonly checks: readonly ShownFinding[];
  /** What `--fix` would do, in that order. */
  readonly repairs: readonly Repair[];
}

/** Runs every check that has something to look at; one that finds nothing says what is true then. */
export function examine(facts: Facts, text: Texts): Report {
  const mask = publicText(facts);
  const able = CHECKS.filter(({ readsConfig }) => !readsConfig || facts.config.state === "readable");
  const found = able.flatMap(({ id, title, run }) => {
    const findings = run(facts);
    return (findings.length > 0 ? findings : [{ status: "ok", message: title } as Finding]).map((finding) => ({
      id,
      finding,
    }));
  });
  const checks = found.map(({ id, finding: { status, message, fix, where, position } }) => ({
    id,
    status,
    message: mask(say(message, text)),
    ...(fix !== undefined && { fix: mask(say(fix, text)) }),
    ...(where !== undefined && { where: mask(where) }),
    ...(position !== undefined && { position }),
  }));
  return {
    ok: checks.every(({ status }) => status !== "fail"),
    checks,
    repairs: found.flatMap(({ finding: { repair } }) => (repair === undefined ? [] : [repair])),
  };
}
