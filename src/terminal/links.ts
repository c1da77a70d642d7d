import type { Context } from "../core/context.ts";
import { wantsAccessible } from "./interaction.ts";

/**
 * Programs that open links (OSC 8), by `TERM_PROGRAM` and by `TERM`.
 * @source the list at https://github.com/Alhadis/OSC8-Adoption and each program's documentation.
 */
const PROGRAMS = /^(?:iTerm\.app|WezTerm|vscode|ghostty)$/;
const TERMINALS = /^(?:xterm-kitty|xterm-ghostty|alacritty|foot(?:-extra)?|wezterm)$/;

/** @source VTE 0.50.1; 0.50.0 crashes on a link. */
const LEAST_VTE = 5001;
/** @source Konsole 20.12. */
const LEAST_KONSOLE = 201_200;

/** True if the terminal is known to open links. Within tmux and screen that depends on what is around them. */
export function wantsLinks(isTerminal: boolean, isAccessible: boolean, { env }: Pick<Context, "env">): boolean {
  if (!isTerminal || wantsAccessible(isAccessible ? { accessible: true } : {}, { env })) return false;
  if (env.FORCE_HYPERLINK) return env.FORCE_HYPERLINK !== "0";
  const { TERM = "", TERM_PROGRAM = "", TMUX, STY, CI } = env;
  if (TMUX || STY || CI || /^(?:screen|tmux|dumb)/.test(TERM)) return false;
  return (
    PROGRAMS.test(TERM_PROGRAM) ||
    TERMINALS.test(TERM) ||
    Boolean(env.WT_SESSION) ||
    Number(env.VTE_VERSION) >= LEAST_VTE ||
    Number(env.KONSOLE_VERSION) >= LEAST_KONSOLE
  );
}

/** A whole URL, or a page that a text names without `https://`. */
const ADDRESS =
  /https?:\/\/[^\s<>"'`(){}[\]\\|^*…@\u3000-\u303f\uff00-\uff60\p{Cc}]+|(?<![\w./@-])(?:[a-z]+\.)*(?:anthropic|claude|cloudflare|cloudflarestatus|nodejs|openai)\.(?:com|org)(?:\/[\w./-]*)?(?![\w@*])/gu;

/** Hosts of APIs, which show a person nothing. */
const NO_PAGE = /^(?:api|gateway\.ai)\./;

/** Makes each address in a text a link. To be done last, since the codes count as characters. */
export const linked = (text: string): string =>
  text.replace(ADDRESS, (found) => {
    const [address = "", end = ""] = /^(.*?)([.,;:!?]*)$/s.exec(found)?.slice(1) ?? [];
    const url = /^https?:/.test(address) ? address : `https://${address}`;
    if (!URL.canParse(url) || (url !== address && NO_PAGE.test(address))) return found;
    return `\u001b]8;;${url}\u0007${address}\u001b]8;;\u0007${end}`;
  });
