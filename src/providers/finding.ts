import type { Finding } from "./provider.ts";

/** One for each of Anthropic, the gateway and Cloudflare's edge; an answer carries more, which say the same. */
const SHOWN_IDS = ["request-id", "cf-aig-log-id", "cf-ray"];

/** A finding as lines: what is wrong and whose doing it is, what to do, and what support will ask for. */
export function findingLines({ layer, message, fix, ids, excerpt, code }: Finding): readonly string[] {
  const marks = SHOWN_IDS.flatMap((name) => (ids[name] === undefined ? [] : [`${name} ${ids[name]}`]));
  return [
    `${message} (${layer}, ${code})`,
    fix,
    ...(excerpt === undefined ? [] : [`It answered: ${excerpt}`]),
    ...(marks.length === 0 ? [] : [marks.join(", ")]),
  ];
}
