import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { LIMITS } from "../../src/server/limits.ts";
import { DOCKERFILE, ROOT, stagesOf } from "../support/dockerfile.ts";
import { manifests, schemaFaults, unknownKeys } from "../support/kubernetes.ts";

const all = manifests();
const of = (name: string) => all.find(({ file }) => file === `${name}.yaml`)?.object;
const objects = all.filter(({ file }) => file !== "kustomization.yaml");
const deployment = of("deployment");
const pod = deployment.spec.template.spec;
const [container] = pod.containers;
const labels = deployment.spec.template.metadata.labels;
const NAME = "openclaw-gateway";

/** The object with another value at a path; `undefined` takes it away. `@` stands for the container. */
function changed(name: string, path: string, value: unknown) {
  const object = structuredClone(of(name));
  const keys = path.replace("@", "spec.template.spec.containers.0").split(".");
  const last = keys.pop() ?? "";
  const parent = keys.reduce((at, key) => at[key], object);
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return object;
}

/** Mi and Gi to bytes. */
const bytes = (quantity: string) => Number.parseFloat(quantity) * (quantity.endsWith("Gi") ? 1024 ** 3 : 1024 ** 2);

describe("Kubernetes' objects", () => {
  it.each(objects)("$file holds to the schema", ({ object }) => {
    expect(schemaFaults(object)).toEqual([]);
  });

  it("name no key that Kubernetes does not know", () => {
    expect(unknownKeys(objects.map(({ object }) => object))).toEqual([]);
  });

  it("read the same in YAML 1.1, which Kubernetes reads, and in 1.2", () => {
    for (const { file, text, object } of all) expect([file, parse(text, { version: "1.1" })]).toEqual([file, object]);
  });

  it.each([
    ["deployment", "@.imagePullPolicy", "Sometimes"],
    ["deployment", "@.livenessProbe.httpGet.port", undefined],
    ["deployment", "@.resources.limits.memory", "one gigabyte"],
    ["deployment", "spec.replicas", "two"],
    ["deployment", "spec.selector", undefined],
    ["service", "kind", "Servise"],
  ])("would be found wrong if they were: %s, %s %s", (name, path, value) => {
    expect(schemaFaults(changed(name, path, value))).toEqual([expect.stringMatching(/must|known/)]);
  });

  it.each([
    ["deployment", "@.readinesProbe", {}],
    ["deployment", "@.securityContext.readOnlyRootFileSystem", true],
    ["networkpolicy", "spec.egres", []],
    ["poddisruptionbudget", "spec.maxUnavailabe", 1],
  ])("would be found misspelt if they were: %s, %s", (name, path, value) => {
    expect(unknownKeys([changed(name, path, value)])).toEqual([expect.stringContaining("does not exist")]);
  });

  it("are all in kustomization.yaml, with the configuration of ../config", () => {
    const { resources, namespace, images } = of("kustomization");
    expect([...resources].sort()).toEqual([...objects.map(({ file }) => file), "../config"].sort());
    expect(of("namespace").metadata.name).toBe(namespace);
    expect(images.map(({ name }: { name: string }) => name)).toEqual([container.image]);
    const base = parse(readFileSync(join(ROOT, "deploy", "config", "kustomization.yaml"), "utf8"));
    expect(base.configMapGenerator).toEqual([{ name: NAME, files: ["openclaw.json"] }]);
    expect(readdirSync(join(ROOT, "deploy", "config")).sort()).toEqual(["kustomization.yaml", "openclaw.json"]);
  });

  it("hold no secret, and name the same Secret and keys as the commands that make it", () => {
    expect(objects.map(({ object }) => object.kind)).not.toContain("Secret");
    const { config, secrets } = Object.fromEntries(
      pod.volumes.map((volume: { name: string }) => [volume.name, volume]),
    );
    expect(config.configMap.name).toBe(NAME);
    const text = all.find(({ file }) => file === "kustomization.yaml")?.text ?? "";
    expect(text).toContain(`create secret generic ${secrets.secret.secretName}`);
    const made = [...text.matchAll(/--from-file=([\w-]+)=/g)].map(([, key]) => key);
    expect(secrets.secret.items.map(({ key }: { key: string }) => key)).toEqual(made);
    const settings = JSON.parse(readFileSync(join(ROOT, "deploy", "config", "openclaw.json"), "utf8"));
    const mount = container.volumeMounts.find(({ name }: { name: string }) => name === "secrets").mountPath;
    const paths = Object.values<{ path: string }>(settings.secrets.providers).map(({ path }) => path);
    expect(paths).toEqual(made.map((key) => `${mount}/${key}`));
  });
});

describe("the pods", () => {
  it("are selected by the Service, the budget, the policy and the spread alike", () => {
    const selectors = [
      deployment.spec.selector.matchLabels,
      of("service").spec.selector,
      of("poddisruptionbudget").spec.selector.matchLabels,
      of("networkpolicy").spec.podSelector.matchLabels,
      ...pod.topologySpreadConstraints.map(
        (one: { labelSelector: { matchLabels: object } }) => one.labelSelector.matchLabels,
      ),
    ];
    for (const selector of selectors) expect(labels).toMatchObject(selector);
    expect(selectors).toHaveLength(6);
  });

  it("are two, one of which stays through an update and a drain", () => {
    expect(deployment.spec.replicas).toBe(2);
    expect(deployment.spec.strategy.rollingUpdate).toEqual({ maxSurge: 1, maxUnavailable: 0 });
    expect(of("poddisruptionbudget").spec.maxUnavailable).toBe(1);
  });

  it("keep to the restricted profile of Pod Security, which their namespace enforces", () => {
    // @source https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
    expect(of("namespace").metadata.labels["pod-security.kubernetes.io/enforce"]).toBe("restricted");
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      capabilities: { drop: ["ALL"] },
    });
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } });
    expect([pod.hostNetwork, pod.hostPID, pod.hostIPC, pod.initContainers]).toEqual(Array(4).fill(undefined));
    const kinds = pod.volumes.flatMap((volume: object) => Object.keys(volume).filter((key) => key !== "name"));
    expect(kinds).toEqual(["configMap", "secret", "emptyDir"]);
    expect([pod.automountServiceAccountToken, pod.enableServiceLinks]).toEqual([false, false]);
  });

  it("are run as the image is made: user, folders, port", () => {
    const image = stagesOf(DOCKERFILE).stages.at(-1)?.steps ?? [];
    const said = (keyword: string) => image.find((step) => step.keyword === keyword)?.text ?? "";
    const { runAsUser, runAsGroup, fsGroup } = pod.securityContext;
    expect(`${runAsUser}:${runAsGroup}`).toBe(said("USER"));
    expect(fsGroup).toBe(runAsGroup);
    expect(container.ports).toEqual([{ name: "http", containerPort: Number(said("EXPOSE")), protocol: "TCP" }]);
    const mounted = Object.fromEntries(
      container.volumeMounts.map(({ name, mountPath, readOnly }: Record<string, unknown>) => [
        name,
        [mountPath, readOnly],
      ]),
    );
    expect(said("ENV")).toContain(`OPENCLAW_CONFIG_PATH=${mounted.config[0]}/openclaw.json`);
    expect(said("ENV")).toContain(`OPENCLAW_STATE_DIR=${mounted.state[0]}`);
    expect([mounted.config[1], mounted.secrets[1], mounted.state[1]]).toEqual([true, true, undefined]);
    expect(pod.volumes.map(({ name }: { name: string }) => name).sort()).toEqual(Object.keys(mounted).sort());
    // Files of the kubelet are the group's to read, and nobody's to write.
    expect(pod.volumes[1].secret.defaultMode).toBe(0o440);
    expect([container.command, container.args]).toEqual([undefined, undefined]);
  });

  it("are asked at /healthz whether they live, and at /readyz whether they serve", () => {
    const { livenessProbe, readinessProbe, startupProbe } = container;
    expect(livenessProbe.httpGet).toEqual({ path: "/healthz", port: "http" });
    expect(startupProbe.httpGet).toEqual({ path: "/healthz", port: "http" });
    expect(readinessProbe.httpGet).toEqual({ path: "/readyz", port: "http" });
  });

  it("have time to end their requests, after the Service has let go of them", () => {
    const before = container.lifecycle.preStop.sleep.seconds;
    expect(before).toBeGreaterThanOrEqual(5);
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(before + LIMITS.drainMs / 1000 + 5);
  });

  it("have the memory that the gateway's own limits may take", () => {
    const { requests, limits } = container.resources;
    // At rest, and what 2,048 streams take (docs/fleet.md).
    const besides = 256 * 1024 ** 2;
    expect(bytes(limits.memory)).toBeGreaterThanOrEqual(LIMITS.heldBytes + besides);
    expect(bytes(requests.memory)).toBeGreaterThanOrEqual(128 * 1024 ** 2);
    // A limit of the processor stops all streams for the rest of each tenth of a second.
    expect([limits.cpu, requests.cpu]).toEqual([undefined, expect.stringMatching(/^\d+m$/)]);
  });

  it("answer to each name of the Service, on its port", () => {
    const { metadata, spec } = of("service");
    const { namespace } = of("kustomization");
    const [first] = container.env;
    const short = `${metadata.name}.${namespace}`;
    expect(first.name).toBe("OPENCLAW_GATEWAY_ALLOWED_HOSTS");
    expect(first.value.split(",")).toEqual([metadata.name, short, `${short}.svc`, `${short}.svc.cluster.local`]);
    expect(spec.ports).toMatchObject([{ port: 18789, targetPort: "http" }]);
    const known = readFileSync(join(ROOT, "docs", "environment.md"), "utf8");
    for (const { name } of container.env) expect(known).toContain(`| \`${name}\``);
  });

  it("take requests from clients alone, and reach names and HTTPS outside, nothing inside", () => {
    const { policyTypes, ingress, egress } = of("networkpolicy").spec;
    expect(policyTypes).toEqual(["Ingress", "Egress"]);
    const [label] = Object.entries(ingress[0].from[0].podSelector.matchLabels)[0] ?? [];
    const text = all.find(({ file }) => file === "kustomization.yaml")?.text ?? "";
    expect(text).toContain(`${label}: "true"`);
    expect(ingress[0].ports).toEqual([{ port: "http", protocol: "TCP" }]);
    const [names, https] = egress;
    expect(names.ports.map(({ port }: { port: number }) => port)).toEqual([53, 53]);
    expect(https.ports).toEqual([{ port: 443, protocol: "TCP" }]);
    const except = https.to.flatMap(({ ipBlock }: { ipBlock: { except: string[] } }) => ipBlock.except);
    expect(except).toEqual(expect.arrayContaining(["10.0.0.0/8", "169.254.0.0/16", "192.168.0.0/16", "fc00::/7"]));
  });
});
