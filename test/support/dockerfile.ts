import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { basename, dirname, join, posix } from "node:path";
import { DockerfileParser, type Instruction } from "dockerfile-ast";

export const ROOT = join(import.meta.dirname, "..", "..");
const DEPLOY = join(ROOT, "deploy");
export const DOCKERFILE = readFileSync(join(DEPLOY, "Dockerfile"), "utf8");

export interface Step {
  readonly keyword: string;
  readonly args: readonly string[];
  readonly flags: ReadonlyMap<string, string>;
  /** The arguments as they stand. */
  readonly text: string;
}

export interface Stage {
  readonly base: string;
  readonly name: string | undefined;
  readonly steps: readonly Step[];
}

interface WithFlags extends Instruction {
  readonly getFlags?: () => readonly { getName: () => string; getValue: () => string | null }[];
}

const stepOf = (instruction: WithFlags): Step => ({
  keyword: instruction.getKeyword(),
  args: instruction.getArguments().map((argument) => argument.getValue()),
  flags: new Map(instruction.getFlags?.().map((flag) => [flag.getName(), flag.getValue() ?? ""]) ?? []),
  text: instruction.getArgumentsContent() ?? "",
});

/** What stands before the first FROM, and then each stage. */
export function stagesOf(text: string): { readonly before: readonly Step[]; readonly stages: readonly Stage[] } {
  const before: Step[] = [];
  const stages: { base: string; name: string | undefined; steps: Step[] }[] = [];
  for (const step of DockerfileParser.parse(text).getInstructions().map(stepOf)) {
    if (step.keyword === "FROM") {
      const [base = "", , name] = step.args;
      stages.push({ base, name, steps: [] });
    } else (stages.at(-1)?.steps ?? before).push(step);
  }
  return { before, stages };
}

/** What an engine would start, of the last stage. */
export interface Image {
  /** The folder with what the build put into the image, without what its base has. */
  readonly root: string;
  readonly env: Readonly<Record<string, string>>;
  readonly user: string;
  readonly workdir: string;
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly healthcheck: readonly string[];
}

/** The words of a command in exec form; throws for one in shell form. */
export const execForm = ({ text }: Step): readonly string[] => JSON.parse(text.replace(/^CMD\s+/, ""));

/** The entries of `Dockerfile.dockerignore` that are let in; throws for any other form of it. */
export function letIn(): readonly string[] {
  const lines = readFileSync(join(DEPLOY, "Dockerfile.dockerignore"), "utf8").split("\n");
  const [first, ...rest] = lines.filter((line) => line !== "" && !line.startsWith("#"));
  if (first !== "*" || rest.some((line) => !/^![\w.-]+$/.test(line)))
    throw new Error("It is not a list of what is let in.");
  return rest.map((line) => line.slice(1));
}

/**
 * Does what the Dockerfile says, by hand: in folders for stages, and with this machine's Node in place of the base image. The
 * packages are those of this tree, in place of `npm ci`, so that no network is needed.
 */
export function buildByHand(work: string): Image {
  const context = join(work, "context");
  for (const name of letIn())
    if (existsSync(join(ROOT, name))) cpSync(join(ROOT, name), join(context, name), { recursive: true });
  const roots = new Map<string, string>();
  let image: Image | undefined;
  for (const [index, { name = String(index), steps }] of stagesOf(DOCKERFILE).stages.entries()) {
    const root = join(work, name);
    mkdirSync(root);
    roots.set(name, root);
    image = steps.reduce((built, step) => take(step, built, { context, roots }), emptyImage(root));
  }
  if (image === undefined) throw new Error("The Dockerfile has no stage.");
  return image;
}

const emptyImage = (root: string): Image => ({
  root,
  env: {},
  user: "",
  workdir: "/",
  entrypoint: [],
  cmd: [],
  healthcheck: [],
});

function take(
  step: Step,
  image: Image,
  { context, roots }: { readonly context: string; readonly roots: ReadonlyMap<string, string> },
): Image {
  const { keyword, args, text } = step;
  const inImage = (path: string) => join(image.root, posix.resolve(image.workdir, path));
  switch (keyword) {
    case "WORKDIR":
      mkdirSync(join(image.root, text), { recursive: true });
      return { ...image, workdir: text };
    case "COPY": {
      const from = step.flags.get("from");
      const source = from === undefined ? context : roots.get(from);
      const target = args.at(-1) ?? "";
      if (source === undefined) throw new Error(`No stage is called ${from}.`);
      for (const path of args.slice(0, -1)) {
        const isInto = target.endsWith("/") || args.length > 2;
        cpSync(join(source, path), isInto ? join(inImage(target), basename(path)) : inImage(target), {
          recursive: true,
        });
      }
      return image;
    }
    case "RUN":
      if (text.startsWith("npm ci ")) symlinkSync(join(ROOT, "node_modules"), inImage("node_modules"));
      else
        execFileSync("sh", ["-ec", text], {
          cwd: inImage("."),
          env: { PATH: process.env.PATH ?? "", HOME: dirname(context), npm_config_update_notifier: "false" },
          stdio: ["ignore", "ignore", "inherit"],
        });
      return image;
    case "ENV":
      return { ...image, env: { ...image.env, ...Object.fromEntries(args.map((pair) => pair.split(/=(.*)/s, 2))) } };
    case "USER":
      return { ...image, user: text };
    case "ENTRYPOINT":
      return { ...image, entrypoint: execForm(step) };
    case "CMD":
      return { ...image, cmd: execForm(step) };
    case "HEALTHCHECK":
      return { ...image, healthcheck: execForm({ ...step, text: text.slice(text.indexOf("CMD")) }) };
    case "LABEL":
    case "EXPOSE":
    case "STOPSIGNAL":
      return image;
    default:
      throw new Error(`${keyword} is not known here.`);
  }
}
