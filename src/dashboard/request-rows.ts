import type { PricedLine } from "../server/dashboard-documents.ts";
import type { Texts } from "../text/message.ts";
import { grouped } from "../text/numbers.ts";
import { outcomeOf } from "../usage/outcome.ts";
import { shownTokens, shownUsd } from "../usage/shown.ts";
import { type Child, eitherWay, el, icon, newId } from "./dom.ts";
import { bytes, millis, NOTHING, type TimeFormat } from "./format.ts";
import { type Column, tableRow } from "./table.ts";

type Text = Texts["dashboard"];

const CHEVRON = "M6 4l4 4-4 4";

export const isFailure = (line: PricedLine) => outcomeOf(line) === "failed";

/** Makes the rows of a table of requests. */
export class RequestRows {
  readonly columns: readonly Column<PricedLine>[];
  readonly #text: Text;

  constructor(text: Text, times: TimeFormat) {
    this.#text = text;
    this.columns = columnsOf(text, times);
  }

  /** The row, and below it its details, which are made when they are asked for. */
  row(line: PricedLine, isNew: boolean): readonly HTMLElement[] {
    const id = newId();
    const row = tableRow(line, this.columns);
    if (isNew) row.classList.add("new");
    if (isFailure(line)) row.classList.add("failure");
    const details = el("tr", { role: "row", id, class: "details", hidden: true });
    const button = el(
      "button",
      {
        type: "button",
        class: "open",
        "aria-expanded": "false",
        "aria-controls": id,
        "aria-label": this.#text.requests.details,
        onclick: () => {
          if (details.childElementCount === 0) details.append(this.#details(line));
          details.hidden = !details.hidden;
          button.setAttribute("aria-expanded", String(!details.hidden));
        },
      },
      icon(CHEVRON),
    );
    row.lastElementChild?.append(button);
    return [row, details];
  }

  #details(line: PricedLine): HTMLElement {
    const { requests } = this.#text;
    const { cacheReadTokens: read = 0, cacheWrite5mTokens: short5m = 0, cacheWrite1hTokens: long = 0 } = line;
    const known: readonly (readonly [string, string | undefined])[] = [
      [requests.path, `${line.method} ${line.path}`],
      [requests.asked, line.asked],
      [requests.answered, line.answered],
      [requests.tried, line.tried?.join(", ")],
      [requests.ended, line.ended],
      [requests.cached, read + short5m + long > 0 ? `${grouped(read)}, ${grouped(short5m + long)}` : undefined],
      [requests.bytes, `${bytes(line.requestBytes)}, ${bytes(line.responseBytes)}`],
      [requests.cache, line.cacheStatus],
      [requests.session, line.session],
      [requests.logId, line.logId],
      [requests.requestId, line.requestId],
    ];
    const list = el(
      "dl",
      {},
      ...known
        .filter(([, value]) => value !== undefined && value !== "")
        .map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value ?? ""))),
    );
    return el("td", { role: "cell", colspan: this.columns.length }, list);
  }
}

function columnsOf({ requests, groups, figures }: Text, times: TimeFormat): readonly Column<PricedLine>[] {
  return [
    {
      name: "time",
      heading: requests.time,
      isText: true,
      cell: ({ time }) => el("time", { datetime: time }, times.clock(Date.parse(time))),
    },
    { name: "status", heading: requests.status, isText: true, cell: (line) => statusOf(line, requests) },
    {
      name: "model",
      heading: requests.model,
      isText: true,
      isHeading: true,
      cell: ({ model, asked, tried }) => [
        el("span", { class: "ellipsis" }, withoutProvider(model) ?? asked ?? NOTHING),
        ...(tried !== undefined && tried.length > 0 ? [el("span", { class: "chip" }, figures.failover)] : []),
      ],
    },
    {
      name: "client",
      heading: requests.client,
      isText: true,
      cell: ({ client }) =>
        el("span", { class: client === undefined ? "ellipsis none" : "ellipsis" }, client ?? groups.none.client),
    },
    {
      name: "tokens",
      heading: requests.tokens,
      cell: (line) => tokensOf(line, requests),
    },
    { name: "firstbyte", heading: requests.firstByte, cell: ({ firstByteMs }) => millis(firstByteMs) },
    { name: "duration", heading: requests.duration, cell: ({ durationMs }) => millis(durationMs) },
    { name: "cost", heading: requests.cost, cell: ({ costUsd }) => (costUsd === null ? "?" : shownUsd(costUsd)) },
  ];
}

function statusOf(line: PricedLine, { failed, cancelled }: Text["requests"]): Child {
  const outcome = outcomeOf(line);
  const says = { ok: undefined, failed, cancelled }[outcome];
  return el(
    "span",
    { class: outcome, title: says },
    String(line.status),
    ...(says === undefined ? [] : [el("span", { class: "unseen" }, ` ${says}`)]),
  );
}

function tokensOf(line: PricedLine, { inOut }: Text["requests"]): Child | readonly Child[] {
  const tokens = shownTokens(line);
  return tokens === undefined ? NOTHING : eitherWay(`${tokens.input}, ${tokens.output}`, inOut(tokens));
}

/** @why the provider is the same nearly always, and its name longer than the model's. */
const withoutProvider = (model: string | undefined) => model?.replace(/^[^/]*\/(?=.)/, "");
