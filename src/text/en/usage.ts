import { grouped } from "../numbers.ts";
import { count } from "./words.ts";

/** What `openclaw usage` says. */
export const usage = () => ({
  description: "Show what the local gateway has served: requests, tokens, cost, failures and times.",
  sinceFlag: "`7d` or `1w` for today and the six days before, `today`, `yesterday`, or a day such as `2026-11-01`",
  byFlag: "what the rows are grouped by",
  csvFlag: "print comma-separated values for a spreadsheet",
  workerFlag:
    "show the usage of a Worker, by name (default: openclaw-gateway) or workers.dev address; needs CLOUDFLARE_API_TOKEN",
  workerDirFlag: "show the usage of the Worker whose project is in this folder",

  title: ({ since, until, timeZone }: { since: string; until: string; timeZone: string }) =>
    since === until
      ? `Usage on ${since}, time zone ${timeZone}`
      : `Usage from ${since} to ${until}, time zone ${timeZone}`,
  headings: {
    day: "day",
    model: "model",
    client: "client",
    session: "session",
    provider: "provider",
    requests: "requests",
    input: "in",
    output: "out",
    cached: "cached",
    cost: "cost",
    failures: "failed",
    p50: "p50",
    p95: "p95",
    failovers: "failovers",
  },
  total: "total",
  none: {
    day: "no day",
    model: "no model",
    client: "token without a name",
    session: "no session",
    provider: "no provider",
  },
  others: (rows: number) => count(rows, "other"),
  mostRows: (rows: number) => `These are the first ${grouped(rows)} rows. \`--csv\` and \`--json\` have all.`,
  cutNames: "Long names are cut at `…`. `--csv` and `--json` have the whole ones.",
  leftOut: (columns: readonly { heading: string; total: string }[]) =>
    `This window has no room for more columns. Overall: ${columns.map(({ heading, total }) => `${heading} ${total}`).join(", ")}.`,
  legend:
    "`in` and `out` are tokens, `cached` those of `in` that a cache held. p50 and p95 are times to the first byte.",
  bars: { cost: "A bar is a row's share of the cost.", requests: "A bar is a row's share of the requests." },
  unpriced: (requests: number) =>
    `The cost leaves out ${count(requests, "request")} whose price or tokens are not known. A \`?\` marks their rows.`,
  billing: (fee: string) => `The cost includes the 5 % fee of Unified Billing, ${fee}.`,
  prices: (date: string) =>
    `Costs are estimates in USD, by the prices of ${date} or of your configuration. Discounts and taxes are left out.`,
  cancelled: (requests: number) => `${count(requests, "request")} ended because the client stopped.`,
  damaged: (lines: number) =>
    `The record has ${count(lines, "damaged line")}, which ${lines === 1 ? "was" : "were"} skipped.`,
  unreadable: (path: string) => `${path} cannot be read. Its requests are missing here.`,
  pricesIgnored: "The configuration cannot be read, so the prices in it are not used.",

  nothingYet: "No request has been recorded yet. `openclaw gateway run` records each one about a second after it ends.",
  switchedOff: (variable: string) => `${variable} is \`off\`, so the local gateway records nothing.`,
  nothingThen: ({ since, until }: { since: string; until: string }) =>
    since === until ? `No request was recorded on ${since}.` : `No request was recorded from ${since} to ${until}.`,
  // A Worker's, at Cloudflare.
  ofDataset: (dataset: string) => `Dataset ${dataset} of Workers Analytics Engine`,
  noWorkerAddress: "This is neither the name of a Worker nor its address on workers.dev.",
  useWorkerName: "For a Worker with a domain of its own, name the folder of its project: `--worker-dir`.",
  noDatasetBound: (path: string) => `${path} binds no dataset, so this Worker records nothing.`,
  bindDataset: (command: string) => `Run \`${command}\`, then deploy the Worker.`,
  datasetOdd: ({ path, dataset }: { path: string; dataset: string }) =>
    `The dataset "${dataset}" in ${path} has a name that cannot be used in SQL.`,
  datasetForm: "Use letters, digits and `_`, and begin with a letter.",
  noApiToken: "Reading a Worker's usage from Cloudflare needs an API token, and CLOUDFLARE_API_TOKEN has no value.",
  makeApiToken: (path: string) =>
    `In the dashboard, under API Tokens, create one with the permission Account Analytics Read. Put it into ${path} as CLOUDFLARE_API_TOKEN.`,
  noAccount: "The Cloudflare account of the Worker is unknown.",
  setAccount: (path: string) => `Put the account ID into ${path} as CLOUDFLARE_ACCOUNT_ID.`,
  noDataset: (dataset: string) => `The Cloudflare account has no dataset ${dataset}.`,
  writeDataset: (command: string) =>
    `Cloudflare makes it with the first request that a Worker records. Check the Worker's name, and that it was deployed after \`${command}\`. New data takes some minutes.`,
  oddAnswer: "Cloudflare's SQL API returned an unexpected answer.",
  tooMuch: "This period has too many rows.",
  shorter: "Use a shorter period, or another `--by`.",
  updateThis: "Try again. If it keeps failing, update openclaw.",
  sampled: ({ points, requests }: { points: number; requests: number }) =>
    `Cloudflare kept a sample of ${count(points, "request")} out of about ${grouped(requests)}. The figures are estimates.`,
  keptAtCloudflare: "Cloudflare keeps these data for three months. Earlier requests are missing.",
  delayed: "New requests take some minutes to show.",
  useSince:
    "Use days or weeks such as `7d` or `1w`, `today`, `yesterday`, or a past day such as `2026-11-01`. To see the last hours, run `openclaw gateway logs --since 2h`.",
});
