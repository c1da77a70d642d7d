import { findingLines } from "../../providers/finding.ts";
import type { Check, Finding } from "../check.ts";
import type { Facts } from "../input.ts";

/** What the providers themselves say. */
export const LIVE_CHECKS: readonly Check[] = [
  { id: "live", title: "No provider of ours is set up that could be asked.", readsConfig: true, run: answers },
];

function answers({ live }: Facts): readonly Finding[] {
  return live.map(({ label, diagnosis, notAsked }) => {
    if (notAsked === "offline") return { status: "ok", message: `${label} was not asked: --offline.` };
    if (notAsked === "unusable") {
      return {
        status: "warn",
        message: `${label} was not asked.`,
        fix: "Mend the configuration first, then run `openclaw doctor` again.",
      };
    }
    if (diagnosis === undefined)
      return { status: "ok", message: `${label} answers: the address and the credentials work.` };
    return {
      status: "fail",
      message: (text) => {
        const [message = "", _fix, ...more] = findingLines(diagnosis, text);
        return [`${label}: ${message}`, ...more].join(" ");
      },
      fix: diagnosis.fix,
    };
  });
}
