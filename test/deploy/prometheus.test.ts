import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { METRICS } from "../../src/server/metrics-table.ts";
import { noPromtool, promtool } from "../support/metrics.ts";
import { temporaryFolder } from "../support/real-context.ts";

const FOLDER = "deploy/prometheus";
const textOf = (path: string) => readFileSync(path, "utf8");

interface Target {
  readonly refId: string;
  readonly expr: string;
  readonly legendFormat: string;
}

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly Target[];
}

interface Dashboard {
  readonly panels: readonly Panel[];
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly type: string; readonly definition?: string }[];
  };
}

const dashboard = JSON.parse(textOf(`${FOLDER}/dashboard.json`)) as Dashboard;
const queries = dashboard.panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr, legendFormat }) => ({ title, expr, legendFormat })),
);
const alerts = parse(textOf(`${FOLDER}/alerts.yaml`)) as {
  readonly groups: readonly { readonly rules: readonly { readonly alert: string; readonly expr: string }[] }[];
};
const rules = alerts.groups.flatMap((group) => group.rules);

/** Labels that Prometheus gives whatever it scrapes. */
const SCRAPED = ["job", "instance"];

const labelsByName = new Map<string, readonly string[]>([
  ["up", []],
  ...METRICS.flatMap(({ name, type, labels }) =>
    type === "histogram"
      ? [
          [`${name}_bucket`, [...labels, "le"]] as const,
          [`${name}_sum`, labels] as const,
          [`${name}_count`, labels] as const,
        ]
      : [[name, labels] as const],
  ),
]);

/** What a query names that there is not, or nothing at all. */
function faultsIn(expr: string): readonly string[] {
  const found = [...expr.matchAll(/\b((?:openclaw|process|nodejs)_\w+|up)\b(?:\{([^}]*)\})?/g)];
  if (found.length === 0) return [`no metric in ${expr}`];
  const known = new Set(SCRAPED);
  const faults = found.flatMap(([, name = "", matchers = ""]) => {
    const labels = labelsByName.get(name);
    if (labels === undefined) return [`no metric ${name}`];
    for (const label of labels) known.add(label);
    const named = [...matchers.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"/g)].map(([, label = ""]) => label);
    return named
      .filter((label) => !labels.includes(label) && !SCRAPED.includes(label))
      .map((label) => `${name} has no ${label}`);
  });
  const grouped = [...expr.matchAll(/\b(?:by|without)\s*\(([^)]*)\)/g)].flatMap(([, names = ""]) =>
    names.split(/,\s*/),
  );
  return [...faults, ...grouped.filter((label) => !known.has(label)).map((label) => `nothing has ${label}`)];
}

describe("the dashboard for Grafana", () => {
  it("asks for nothing that the gateway does not say", () => {
    expect(queries.length).toBeGreaterThan(20);
    for (const { title, expr } of queries) expect(faultsIn(expr), title).toEqual([]);
    for (const { name, definition } of dashboard.templating.list)
      if (definition !== undefined) expect(faultsIn(definition.replace(/, (\w+)\)$/, " by ($1))")), name).toEqual([]);
  });

  it("names in legends what its queries keep", () => {
    for (const { title, expr, legendFormat } of queries) {
      const kept = [...expr.matchAll(/\bby\s*\(([^)]*)\)/g)].flatMap(([, names = ""]) => names.split(/,\s*/));
      for (const [, label] of legendFormat.matchAll(/\{\{(\w+)\}\}/g)) expect(kept, title).toContain(label);
    }
  });

  it("uses only variables that it has", () => {
    const own = new Set(dashboard.templating.list.map(({ name }) => name));
    for (const [, name = ""] of textOf(`${FOLDER}/dashboard.json`).matchAll(/\$\{?([A-Za-z_]\w*)\}?/g))
      expect(own.has(name) || name.startsWith("__"), name).toBe(true);
  });

  it("has each panel once, and none on another", () => {
    const { panels } = dashboard;
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    for (const { gridPos } of panels) expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
    for (const { targets = [] } of panels) expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length);
  });

  it.skipIf(noPromtool)("has queries that Prometheus reads", () => {
    const filled = queries.map(({ expr }) =>
      expr.replace(/\$__(?:rate_interval|range)/g, "5m").replace(/\$\w+/g, ".*"),
    );
    const file = join(temporaryFolder(), "rules.yaml");
    const recorded = filled.map((expr, index) => ({ record: `query:${index}`, expr }));
    writeFileSync(file, JSON.stringify({ groups: [{ name: "queries", rules: recorded }] }));
    expect(promtool(["check", "rules", file])).toMatchObject({ status: 0 });
  });
});

describe("the alerts", () => {
  it("are three, and ask for nothing that the gateway does not say", () => {
    expect(rules.map(({ alert }) => alert)).toEqual([
      "OpenclawGatewayNotServing",
      "OpenclawGatewayFailing",
      "OpenclawGatewaySpending",
    ]);
    for (const { alert, expr } of rules) expect(faultsIn(expr), alert).toEqual([]);
  });

  it.skipIf(noPromtool)("are as Prometheus wants them, and fire when they should", () => {
    expect(promtool(["check", "rules", `${FOLDER}/alerts.yaml`])).toMatchObject({ status: 0 });
    expect(promtool(["test", "rules", `${FOLDER}/alerts.test.yaml`])).toMatchObject({ status: 0 });
  });
});

/** The examples of a page, as they are read. */
const examplesIn = (page: string) =>
  [...textOf(page).matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(([, text = ""]) => text);

describe.each(["docs/metrics.md", "docs/zh-TW/metrics.md"])("the examples of %s", (page) => {
  const scrapes = examplesIn(page).filter((text) => text.startsWith("scrape_configs:"));
  const monitor = examplesIn(page).find((text) => text.includes("PodMonitor"));

  it.skipIf(noPromtool)("are configurations that Prometheus reads", () => {
    expect(scrapes.length).toBe(2);
    for (const text of scrapes) {
      const file = join(temporaryFolder(), "prometheus.yml");
      writeFileSync(file, text);
      expect(promtool(["check", "config", "--syntax-only", file])).toMatchObject({ status: 0 });
    }
  });

  it("name the pods, the port and the secret of deploy/kubernetes", () => {
    const { metadata, spec } = parse(monitor ?? "");
    const deployment = parse(textOf("deploy/kubernetes/deployment.yaml"));
    const pod = deployment.spec.template;
    expect(pod.metadata.labels).toMatchObject(spec.selector.matchLabels);
    const [{ port, authorization }] = spec.podMetricsEndpoints;
    const [container] = pod.spec.containers;
    expect(container.ports.map(({ name }: { name: string }) => name)).toContain(port);
    const { name, key } = authorization.credentials;
    const sources = pod.spec.volumes.flatMap((volume: { secret?: object; projected?: { sources: object[] } }) => [
      volume,
      ...(volume.projected?.sources ?? []),
    ]);
    expect(JSON.stringify(sources)).toContain(`"${name}"`);
    expect(JSON.stringify(sources)).toContain(`"key":"${key}"`);
    expect(parse(textOf("deploy/kubernetes/namespace.yaml")).metadata.name).toBe(metadata.namespace);
  });
});

if (noPromtool !== undefined)
  console.warn(`SKIPPED: metrics, alerts and queries are not checked by Prometheus. ${noPromtool}`);
