import type { Texts } from "../text/message.ts";
import { el } from "./dom.ts";
import { isToken } from "./token.ts";

/** Asks for the token where none was handed over, or the gateway refused it. */
export function tokenView(
  { token: text }: Texts["dashboard"],
  isRefused: boolean,
  take: (token: string) => void,
): { element: HTMLElement; focus: () => void } {
  const wrong = el("p", { class: "wrong", role: "alert", id: "wrong" }, isRefused ? text.refused : "");
  const input = el("input", {
    type: "password",
    id: "token",
    name: "token",
    autocomplete: "off",
    spellcheck: "false",
    required: true,
    "aria-describedby": "wrong",
  });
  const submit = (event: Event) => {
    event.preventDefault();
    const token = input.value.trim();
    if (isToken(token)) return take(token);
    wrong.textContent = text.invalid;
    input.focus();
  };
  const element = el(
    "main",
    { class: "ask" },
    el("h1", {}, text.heading),
    el("p", {}, text.explained),
    el("p", {}, el("code", { class: "command" }, "openclaw gateway dashboard")),
    el(
      "form",
      { onsubmit: submit, novalidate: true },
      el("label", { for: "token" }, text.label),
      el("div", { class: "field" }, input, el("button", { type: "submit" }, text.open)),
      wrong,
      el("p", { class: "note" }, text.orEnter),
    ),
  );
  return { element, focus: () => input.focus() };
}
