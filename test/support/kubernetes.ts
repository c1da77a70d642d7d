import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Deployment } from "kubernetes-models/apps/v1/Deployment";
import { NetworkPolicy } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicy";
import { PodDisruptionBudget } from "kubernetes-models/policy/v1/PodDisruptionBudget";
import { Namespace } from "kubernetes-models/v1/Namespace";
import { Service } from "kubernetes-models/v1/Service";
import { parse } from "yaml";
import { ROOT } from "./dockerfile.ts";

const FOLDER = join(ROOT, "deploy", "kubernetes");

/** The kinds that are used, by apiVersion and kind. Any other is a fault. */
const MODELS = {
  "apps/v1/Deployment": Deployment,
  "networking.k8s.io/v1/NetworkPolicy": NetworkPolicy,
  "policy/v1/PodDisruptionBudget": PodDisruptionBudget,
  "v1/Namespace": Namespace,
  "v1/Service": Service,
} as const;

export interface Manifest {
  readonly file: string;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: the schemas judge its shape.
  readonly object: any;
}

export const manifests = (): readonly Manifest[] =>
  readdirSync(FOLDER)
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => {
      const text = readFileSync(join(FOLDER, file), "utf8");
      return { file, text, object: parse(text) };
    });

const modelOf = ({ apiVersion, kind }: Manifest["object"]) => `${apiVersion}/${kind}`;

/** What Kubernetes' schema finds wrong: types, what is missing, values that are none of the known. */
export function schemaFaults(object: Manifest["object"]): readonly string[] {
  const Model = (MODELS as Record<string, new (data: unknown) => { validate: () => void }>)[modelOf(object)];
  if (Model === undefined) return [`${modelOf(object)} is not known here`];
  try {
    new Model(object).validate();
    return [];
  } catch (error) {
    return [(error as Error).message];
  }
}

/**
 * The first key of each object that Kubernetes does not know, by the types of the same schemas: the API server drops such keys,
 * and the validation does not mind them.
 */
export function unknownKeys(objects: readonly Manifest["object"][]): readonly string[] {
  const cache = join(ROOT, "node_modules", ".cache");
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, "kubernetes-"));
  try {
    const lines = objects.map((object, index) => {
      const kind = object.kind as string;
      const path = `kubernetes-models/${modelOf(object)}`;
      return `export const object${index}: import("${path}").I${kind} = ${JSON.stringify(object)};`;
    });
    writeFileSync(join(folder, "objects.ts"), lines.join("\n"));
    const compilerOptions = { strict: true, noEmit: true, skipLibCheck: true, module: "nodenext", types: [] };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["objects.ts"] }));
    execFileSync(join(ROOT, "node_modules", ".bin", "tsc"), ["-p", folder], { encoding: "utf8", stdio: "pipe" });
    return [];
  } catch (error) {
    return [...String((error as { stdout?: string }).stdout).matchAll(/error TS\d+: .*/g)].map(([line]) => line);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
