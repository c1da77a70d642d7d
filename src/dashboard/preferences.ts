import { tokenIn } from "./token.ts";

const TOKEN = "openclaw.token";

/** A browser may refuse to keep anything, as in a private window. */
function attempt<Result>(action: () => Result): Result | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

/** Takes the token out of the address bar and the history, and keeps it for this tab. */
export function takeToken(): string | undefined {
  const given = tokenIn(location.hash);
  if (location.hash !== "") history.replaceState(null, "", location.pathname + location.search);
  if (given !== undefined) keepToken(given);
  return given ?? attempt(() => sessionStorage.getItem(TOKEN)) ?? undefined;
}

export const keepToken = (token: string): void => void attempt(() => sessionStorage.setItem(TOKEN, token));

export const forgetToken = (): void => void attempt(() => sessionStorage.removeItem(TOKEN));

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
