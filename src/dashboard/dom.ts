/** Attributes of an element, and handlers under `on…`. Undefined and false leave an attribute out. */
type Given = Readonly<Record<string, string | number | boolean | undefined | ((event: Event) => void)>>;

export type Child = Node | string;

/**
 * Makes an element. Text goes in as text nodes only: what clients sent, such as a model's name, stays inert. `style` is not
 * among the attributes, since the policy of the page forbids it.
 */
export function el<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  given: Given = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  give(element, given);
  element.append(...children);
  return element;
}

/** Two ways to say the same: in a wide window, below a heading, and on a phone, without one. */
export const eitherWay = (wide: string, narrow: string): readonly Child[] => [
  el("span", { class: "wide" }, wide),
  el("span", { class: "narrow" }, narrow),
];

const SVG = "http://www.w3.org/2000/svg";

/** A drawing of one path in a square of 16, which says nothing by itself. */
export function icon(path: string): Element {
  const drawing = document.createElementNS(SVG, "svg");
  give(drawing, { viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true", focusable: "false" });
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  drawing.append(line);
  return drawing;
}

function give(element: Element, given: Given): void {
  for (const [key, value] of Object.entries(given)) {
    if (value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : String(value));
  }
}

/** Replaces the text only where it differs, so that a screen reader is not told the same again. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** A sentence whose commands, in backticks, are set as code. */
export const rich = (sentence: string): readonly Child[] =>
  sentence
    .split("`")
    .map((part, index) => (index % 2 === 1 ? el("code", {}, part) : part))
    .filter((part) => part !== "");

let ids = 0;

/** Unique in the page. */
export function newId(): string {
  ids += 1;
  return `id-${ids}`;
}

interface Choice<Value extends string> {
  readonly value: Value;
  readonly label: string;
  /** Shown instead of the label. */
  readonly picture?: Element;
  /** The label in full. */
  readonly title?: string;
}

/** A row of which one is chosen, by arrow keys too: radio buttons under their labels. */
export function choices<Value extends string>(
  label: string,
  all: readonly Choice<Value>[],
  chosen: Value,
  choose: (value: Value) => void,
): HTMLElement {
  const name = newId();
  return el(
    "div",
    { class: "choices", role: "radiogroup", "aria-label": label },
    ...all.map(({ value, label: shown, picture, title }) =>
      el(
        "label",
        { title: title ?? (picture === undefined ? undefined : shown) },
        el("input", {
          type: "radio",
          name,
          value,
          checked: value === chosen,
          "aria-label": title ?? (picture === undefined ? undefined : shown),
          onchange: () => choose(value),
        }),
        el("span", { lang: undefined }, picture ?? shown),
      ),
    ),
  );
}
