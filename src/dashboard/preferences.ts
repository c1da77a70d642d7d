import { tokenIn } from "./token.ts";

const SESSION = "openclaw.session";

/** A browser may refuse to keep anything, as in a private window. */
function attempt<Result>(action: () => Result): Result | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

/** Takes what opens the page out of the address bar and the history: a pass for one use, or a token. */
export function takeFragment(): string | undefined {
  const given = tokenIn(location.hash);
  if (location.hash !== "") history.replaceState(null, "", location.pathname + location.search);
  return given;
}

/** A session opens this page and nothing else of the gateway. It is kept for this tab only. */
export const keptSession = (): string | undefined => attempt(() => sessionStorage.getItem(SESSION)) ?? undefined;

export const keepSession = (session: string): void => void attempt(() => sessionStorage.setItem(SESSION, session));

export const forgetSession = (): void => void attempt(() => sessionStorage.removeItem(SESSION));

/** A choice that outlives the tab; never a secret. */
export class Preference<Value extends string> {
  readonly #key: string;
  readonly #allowed: readonly Value[];

  constructor(name: string, allowed: readonly Value[]) {
    this.#key = `openclaw.${name}`;
    this.#allowed = allowed;
  }

  read(): Value | undefined {
    const kept = attempt(() => localStorage.getItem(this.#key));
    return this.#allowed.find((value) => value === kept);
  }

  keep(value: Value): void {
    attempt(() => localStorage.setItem(this.#key, value));
  }
}
