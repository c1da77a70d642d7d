import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask } from "../support/client.ts";
import { freePort, runContainer } from "../support/container.ts";
import { buildByHand, DOCKERFILE, type Image, letIn, ROOT, stagesOf } from "../support/dockerfile.ts";
import { CANARY_CLIENT_TOKEN } from "../support/gateway-process.ts";
import { CANARY_KEY, temporaryHome } from "../support/program.ts";
import { standIn as startStandIn } from "../support/stand-in.ts";

const BASE = stagesOf(DOCKERFILE).before[0]?.text.split("=")[1] ?? "";

let work: string;
let digest: string;

const buildah = (...args: string[]) => {
  const store = ["--root", join(work, "store"), "--runroot", join(work, "run"), "--storage-driver", "overlay"];
  return spawnSync("buildah", [...store, ...args], { cwd: ROOT, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
};

function done(...args: string[]): string {
  const { status, stdout, stderr, error } = buildah(...args);
  if (status !== 0) throw new Error(`buildah ${args[0]}: ${error?.message ?? stderr}`);
  return stdout.trim();
}

const build = (given: string, ...more: string[]) =>
  buildah(
    ...[
      "bud",
      "--layers",
      "--isolation",
      "chroot",
      "--pull-never",
      "--format",
      "docker",
      "--file",
      "deploy/Dockerfile",
    ],
    ...["--build-arg", `NODE_DIGEST=${given}`, ...more, "."],
  );

const mounted = (image: string) => done("mount", done("from", "--pull-never", image));

/** A stand-in for the official image, which is on no registry that can be reached: this machine's Node, npm and shell. */
function baseImage(): string {
  const root = join(work, "base");
  const program = (name: string) => execFileSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).trim();
  const put = (from: string, to: string) => {
    mkdirSync(dirname(join(root, to)), { recursive: true });
    cpSync(realpathSync(from), join(root, to), { recursive: true });
  };
  const programs = { "/bin/sh": program("sh"), "/bin/mkdir": program("mkdir"), "/usr/bin/env": program("env") };
  for (const [to, from] of Object.entries(programs)) put(from, to);
  put(process.execPath, "/usr/local/bin/node");
  const binding = readdirSync(join(ROOT, "node_modules", "@rolldown")).find((name) => name.startsWith("binding-"));
  const native = readdirSync(join(ROOT, "node_modules", "@rolldown", binding ?? "")).find((name) =>
    name.endsWith(".node"),
  );
  const needed = [
    ...Object.values(programs),
    process.execPath,
    join(ROOT, "node_modules", "@rolldown", binding ?? "", native ?? ""),
  ];
  const listed = execFileSync(
    "ldd",
    needed.map((path) => realpathSync(path)),
    { encoding: "utf8" },
  );
  for (const [, path = ""] of listed.matchAll(/(\/\S+) \(0x/g)) put(path, path);
  const npm = dirname(dirname(realpathSync(program("npm"))));
  put(npm, "/usr/local/lib/node_modules/npm");
  symlinkSync("../lib/node_modules/npm/bin/npm-cli.js", join(root, "usr/local/bin/npm"));
  for (const file of ["/etc/resolv.conf", "/etc/passwd", "/etc/group", "/etc/nsswitch.conf"]) put(file, file);
  const authorities = process.env.NODE_EXTRA_CA_CERTS;
  if (authorities !== undefined) put(authorities, "/etc/authorities.crt");
  mkdirSync(join(root, "tmp"));
  chmodSync(join(root, "tmp"), 0o1777);
  const container = done("from", "scratch");
  done("copy", "--quiet", container, root, "/");
  const trust = authorities === undefined ? [] : ["NODE_EXTRA_CA_CERTS", "npm_config_cafile"];
  const env = ["PATH=/usr/local/bin:/usr/bin:/bin", ...trust.map((name) => `${name}=/etc/authorities.crt`)];
  done("config", ...env.flatMap((pair) => ["--env", pair]), container);
  done("commit", "--quiet", container, BASE);
  const images = JSON.parse(done("images", "--json")) as { names: string[]; digest: string }[];
  return images.find(({ names }) => names?.includes(BASE))?.digest ?? "";
}

beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), "openclaw-buildah-"));
  chmodSync(work, 0o755);
  digest = baseImage();
});

afterAll(() => {
  done("umount", "--all");
  // The storage is a mount of its own.
  spawnSync("umount", ["--recursive", join(work, "store", "overlay")]);
  rmSync(work, { recursive: true, force: true });
});

describe("the Dockerfile, built by buildah", () => {
  it.each(["", "latest", "sha256:abc"])("stops at the first FROM with the digest %j", (wrong) => {
    const { status, stderr } = build(wrong);
    expect([status === 0, stderr]).toEqual([false, expect.stringMatching(/invalid reference format|invalid.*digest/i)]);
  });

  it("makes the image that was described, which runs", async () => {
    const built = build(digest, "--tag", "openclaw");
    expect([built.status, built.status === 0 ? "" : built.stderr]).toEqual([0, ""]);
    const { Docker } = JSON.parse(done("inspect", "--type", "image", "openclaw"));
    const byHand = buildByHand(mkdtempSync(join(work, "by-hand-")));
    const { User, Entrypoint, Cmd, WorkingDir, ExposedPorts, Healthcheck, Env } = Docker.config;
    expect({ user: User, entrypoint: Entrypoint, cmd: Cmd, workdir: WorkingDir }).toEqual({
      user: byHand.user,
      entrypoint: byHand.entrypoint,
      cmd: byHand.cmd,
      workdir: byHand.workdir,
    });
    expect(Object.keys(ExposedPorts)).toEqual(["18789/tcp"]);
    expect(Healthcheck).toMatchObject({ Test: ["CMD", ...byHand.healthcheck], Retries: 3 });
    for (const [name, value] of Object.entries(byHand.env)) expect(Env).toContain(`${name}=${value}`);

    const root = mounted("openclaw");
    const files = (of: string) =>
      readdirSync(of, { recursive: true, encoding: "utf8" })
        .map((name) => name.replace(/-[\w-]{8}\.cjs$/, "-….cjs"))
        .sort();
    expect(files(join(root, "opt"))).toEqual(files(join(byHand.root, "opt")));
    expect(existsSync(join(root, "build"))).toBe(false);
    expect(statSync(join(root, "var", "lib", "openclaw"))).toMatchObject({ uid: 1000, gid: 1000 });

    const standIn = await startStandIn({ anthropicKeys: [{ value: CANARY_KEY }] });
    const config = temporaryHome();
    chmodSync(config, 0o755);
    const settings = JSON.parse(readFileSync(join(ROOT, "deploy", "config", "openclaw.json"), "utf8"));
    const provider = settings.models.providers["cloudflare-ai-gateway"];
    Object.assign(provider, { baseUrl: `${standIn.gatewayBase()}/anthropic`, apiKey: "${KEY}" });
    settings.gateway.auth.token = "${TOKEN}";
    writeFileSync(join(config, "openclaw.json"), JSON.stringify(settings));
    const port = await freePort();
    const image: Image = { ...byHand, root };
    const env = { KEY: CANARY_KEY, TOKEN: CANARY_CLIENT_TOKEN, OPENCLAW_GATEWAY_PORT: String(port) };
    const container = runContainer(image, { mounts: { "/etc/openclaw": config }, env });
    await container.says(/is listening at/);
    const answer = await ask(`http://127.0.0.1:${port}/v1/messages`, {
      body: { model: "claude-sonnet-4-6", max_tokens: 10, messages: [{ role: "user", content: "Hi" }] },
      headers: { "x-api-key": CANARY_CLIENT_TOKEN },
    });
    expect(answer.status).toBe(200);
    expect((await container.exec(image.healthcheck)).status).toBe(0);
    container.kill("SIGTERM");
    expect(await container.ended).toMatchObject({ status: 0, stderr: "" });
  });

  it("sees nothing of the tree but what Dockerfile.dockerignore lets in", () => {
    const built = build(digest, "--target", "build", "--tag", "stage");
    expect([built.status, built.status === 0 ? "" : built.stderr]).toEqual([0, ""]);
    const made = ["node_modules", "dist", "state"];
    expect(readdirSync(join(mounted("stage"), "build")).sort()).toEqual([...letIn(), ...made].sort());
  });
});
