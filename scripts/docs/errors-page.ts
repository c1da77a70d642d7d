import { type ErrorCode, EXIT, EXIT_OF } from "../../src/core/errors.ts";
import { en } from "../../src/text/en/index.ts";
import { code, page, table } from "./markdown.ts";

const STATUSES: Readonly<Record<keyof typeof EXIT, string>> = {
  done: "Done.",
  failed: "Failed: a file, a provider or the program itself.",
  usage: "Wrong usage: a flag, an argument or a missing answer.",
  config: "`gateway run` cannot start with this configuration, and retrying does not help.",
  interrupted: "Interrupted by the user. No files were changed.",
};

const FORM = `On standard error, an error says what is wrong, where (file, line and column, flag or variable) and what to do.
With \`--json\` it is one document on standard output and nothing else, in English:

\`\`\`json
{
  "ok": false,
  "error": {
    "type": "cli_error",
    "code": "usage.missing",
    "message": "…",
    "hint": "…",
    "problems": [{ "where": "--flag", "message": "…", "hint": "…" }]
  }
}
\`\`\`

\`type\` is the published OpenClaw's; \`hint\` and \`problems\` are optional. A problem in a file has a \`position\` with \`line\` and \`column\`, both starting at 1.
Codes never change their meaning.`;

/** `docs/errors.md`: exit statuses, the form of an error, and every code. */
export function errorsPage(): string {
  const statuses = Object.entries(EXIT).map(([name, status]) => [String(status), STATUSES[name as keyof typeof EXIT]]);
  const codes = Object.entries(EXIT_OF).map(([name, status]) => [
    code(name),
    String(status),
    en.core.errorCodes[name as ErrorCode],
  ]);
  return page(
    "# Errors and exit statuses",
    table(["status", "meaning"], statuses),
    FORM,
    table(["code", "status", "meaning"], codes),
  );
}
