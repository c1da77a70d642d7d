import { readIfPresent } from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";
import { backupPaths } from "./backups.ts";
import { type ContentMark, markOf, readRecord } from "./change-record.ts";
import type { ReadConfig } from "./config-file.ts";
import { commentsIn, type ParsedText } from "./json5-document.ts";
import { parseJson5 } from "./json5-parse.ts";

/**
 * Texts that recorded changes made today's of, one after the other, where a backup still has them. Those with other comments
 * are left out, unless a single change lies between.
 */
export function earlierTexts(
  path: string,
  { bytes, root }: Pick<ReadConfig, "bytes" | "root">,
  context: Pick<Context, "files">,
): readonly ParsedText[] {
  const today = markOf(bytes.get(path));
  const steps = readRecord(path, context).map(({ files: [file, ...more] }) =>
    file !== undefined && more.length === 0 && file.path === path ? file : undefined,
  );
  const direct = steps.flatMap((step) => (step?.after === today ? [step.before] : []));
  const chain: ContentMark[] = [];
  for (const step of steps) {
    if (step === undefined || step.after !== (chain.at(-1) ?? today)) break;
    chain.push(step.before);
  }
  if (direct.length + chain.length === 0) return [];
  const comments = commentsIn(root.text).join("\n");
  return backupPaths(path).flatMap((backup) => {
    const content = readIfPresent(backup, context);
    const mark = markOf(content);
    if (content === undefined || !(direct.includes(mark) || chain.includes(mark))) return [];
    const text = content.toString("utf8");
    const parsed = parseJson5(text);
    if (!parsed.ok || !(direct.includes(mark) || commentsIn(text).join("\n") === comments)) return [];
    return [{ text, value: parsed.value }];
  });
}
