import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask, wireTo } from "../support/client.ts";
import { type Container, type ContainerOptions, canContain, freePort, runContainer } from "../support/container.ts";
import { buildByHand, type Image, ROOT } from "../support/dockerfile.ts";
import { CANARY_CLIENT_TOKEN } from "../support/gateway-process.ts";
import { CANARY_KEY, DOCUMENTED, filesBelow, openclaw as onboard, temporaryHome } from "../support/program.ts";
import { standIn as startStandIn } from "../support/stand-in.ts";

const OTHER_KEY = "sk-ant-api03-OTHERkeyCANARYotherOTHERkeyOTHER-abcd";
const MODEL = "claude-sonnet-4-6";
const HELLO = { model: MODEL, max_tokens: 10, messages: [{ role: "user", content: "CANARY what was said" }] };
const TOKEN = { "x-api-key": CANARY_CLIENT_TOKEN };
const STATE = "/var/lib/openclaw";
const GROUP = 1000;

// biome-ignore lint/suspicious/noExplicitAny: what the test changes is there.
type Settings = any;

const openclaw = (...words: string[]) => ["node", "/opt/openclaw/bin/openclaw.cjs", ...words];

describe.runIf(canContain)("the image, built and run by hand", () => {
  let work: string;
  let image: Image;

  beforeAll(() => {
    work = mkdtempSync(join(tmpdir(), "openclaw-image-"));
    chmodSync(work, 0o755);
    image = buildByHand(work);
  });

  afterAll(() => rmSync(work, { recursive: true, force: true }));

  /** The folder of a Secret as the kubelet makes it: links to a folder that is replaced as a whole. */
  function secretVolume(values: Readonly<Record<string, string>>) {
    const folder = join(temporaryHome(), "secret");
    mkdirSync(folder);
    chmodSync(join(folder, ".."), 0o755);
    chmodSync(folder, 0o1777);
    let version = 0;
    const put = (next: Readonly<Record<string, string>>) => {
      version += 1;
      const name = `..2026_11_28_${version}`;
      mkdirSync(join(folder, name));
      for (const [key, value] of Object.entries(next)) {
        writeFileSync(join(folder, name, key), value);
        chownSync(join(folder, name, key), 0, GROUP);
        chmodSync(join(folder, name, key), 0o440);
      }
      symlinkSync(name, join(folder, "..data_tmp"));
      lchownSync(join(folder, "..data_tmp"), 0, 0);
      renameSync(join(folder, "..data_tmp"), join(folder, "..data"));
    };
    put(values);
    for (const key of Object.keys(values)) symlinkSync(join("..data", key), join(folder, key));
    return { folder, put };
  }

  /** A folder with the configuration of `deploy/`, pointed at a stand-in for Cloudflare. */
  function configFolder(baseUrl: string | undefined, edit: (config: Settings) => void = () => {}): string {
    const folder = temporaryHome();
    chmodSync(folder, 0o755);
    const config = JSON.parse(readFileSync(join(ROOT, "deploy", "config", "openclaw.json"), "utf8"));
    if (baseUrl !== undefined) config.models.providers["cloudflare-ai-gateway"].baseUrl = baseUrl;
    edit(config);
    writeFileSync(join(folder, "openclaw.json"), JSON.stringify(config));
    return folder;
  }

  const KEYS = { "api-key": `${CANARY_KEY}\n`, "gateway-token": CANARY_CLIENT_TOKEN };

  async function started(options: ContainerOptions & { readonly isEdited?: boolean } = {}) {
    const standIn = await startStandIn({ anthropicKeys: [{ value: CANARY_KEY }, { value: OTHER_KEY }] });
    const config = configFolder(options.isEdited === false ? undefined : `${standIn.gatewayBase()}/anthropic`);
    const secrets = secretVolume(KEYS);
    const port = await freePort();
    const container = runContainer(image, {
      tmpfs: { [STATE]: "mode=1777,size=16m" },
      ...options,
      mounts: { "/etc/openclaw": config, "/run/secrets/openclaw": secrets.folder, ...options.mounts },
      env: { OPENCLAW_GATEWAY_PORT: String(port), ...options.env },
    });
    await container.says(/is listening at/);
    return { standIn, config, secrets, port, container, url: `http://127.0.0.1:${port}` };
  }

  const say = (url: string, headers: Readonly<Record<string, string>> = {}) =>
    ask(`${url}/v1/messages`, { body: HELLO, headers: { ...TOKEN, ...headers } });
  /** A stream that has begun, and does not end before the stand-in is told to go on. */
  async function openStream(port: number, standIn: Awaited<ReturnType<typeof startStandIn>>) {
    standIn.dial("stall", { times: 1, after: 600 });
    const body = JSON.stringify({ ...HELLO, stream: true });
    const wire = wireTo(port);
    wire.socket.write(
      `POST /v1/messages HTTP/1.1\r\nhost: 127.0.0.1\r\nx-api-key: ${CANARY_CLIENT_TOKEN}\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    await wire.hears(/message_start/);
    return wire;
  }

  const statusOf = async (container: Container) => (await container.exec(image.healthcheck)).status;

  it("has the program, and no other than that", () => {
    expect(readdirSync(join(image.root, "opt", "openclaw")).sort()).toEqual(["LICENSE", "bin", "dist", "package.json"]);
    expect(image).toMatchObject({
      user: "1000:1000",
      entrypoint: openclaw(),
      cmd: ["gateway", "run"],
      healthcheck: openclaw("gateway", "health"),
    });
  });

  it("serves a request as process 1, without privileges, a writable root, a shell or a home of its own", async () => {
    const before = [...filesBelow(image.root).keys()];
    const { container, url, standIn } = await started();
    expect(await say(url)).toMatchObject({ status: 200 });
    expect(standIn.requests.at(-1)?.headers["x-api-key"]).toBe(CANARY_KEY);
    const state = readFileSync(`/proc/${container.pid()}/status`, "utf8");
    expect(state).toMatch(/^Uid:\t1000\t1000\t1000\t1000$/m);
    expect(state).toMatch(/^Gid:\t1000\t1000\t1000\t1000$/m);
    expect(state).toMatch(/^Groups:\s*$/m);
    expect(state).toMatch(/^Cap(?:Eff|Prm|Amb|Inh):\t0{16}$/m);
    expect(state).toMatch(/^NoNewPrivs:\t1$/m);
    expect(state).toMatch(/^NSpid:\t\d+\t1$/m);
    const writing = await container.exec(["node", "-e", "require('node:fs').writeFileSync('/opt/openclaw/x', '')"]);
    expect([writing.status, writing.stderr]).toEqual([1, expect.stringContaining("EROFS")]);
    for (const [path, text] of filesBelow(`/proc/${container.pid()}/root${STATE}`))
      expect([path, text.includes("CANARY")]).toEqual([path, false]);
    container.kill("SIGTERM");
    expect(await container.ended).toMatchObject({ status: 0, stderr: "" });
    expect(container.printed()).not.toContain("CANARY");
    expect(container.printed()).not.toMatch(/"level":"error"/);
    const after = [...filesBelow(image.root).keys()].filter((path) => path.includes("/opt/openclaw/"));
    expect(after).toEqual(before.filter((path) => path.includes("/opt/openclaw/")));
  });

  it("is healthy and ready, and is neither once nothing answers", async () => {
    const { container, url } = await started();
    expect(await container.exec(image.healthcheck)).toEqual({
      status: 0,
      stdout: expect.stringMatching(`^${url}: openclaw \\S+, ready\n$`),
      stderr: "",
    });
    expect((await container.exec([...image.healthcheck, "--ready", "--json"])).status).toBe(0);
    const elsewhere = runContainer(image, { cmd: ["gateway", "health"], env: { OPENCLAW_GATEWAY_PORT: "1" } });
    expect(await elsewhere.ended).toMatchObject({ status: 1, stdout: "http://127.0.0.1:1: nothing answers\n" });
  });

  it("answers the kubelet, which names an address, and clients by the Service's names, but no other name", async () => {
    const deployment = readFileSync(join(ROOT, "deploy", "kubernetes", "deployment.yaml"), "utf8");
    const names = /value: (openclaw-gateway\S*)/.exec(deployment)?.[1] ?? "";
    // The state is as the kubelet makes an emptyDir for a group.
    const tmpfs = { [STATE]: `mode=2777,gid=${GROUP},size=16m` };
    const { url, container } = await started({ tmpfs, env: { OPENCLAW_GATEWAY_ALLOWED_HOSTS: names } });
    for (const host of [
      "10.244.1.7:18789",
      "[fd00::7]:18789",
      "openclaw-gateway:18789",
      "openclaw-gateway.openclaw.svc",
    ])
      expect([host, (await ask(`${url}/readyz`, { headers: { host } })).status]).toEqual([host, 200]);
    expect((await say(url, { host: "openclaw-gateway.openclaw:18789" })).status).toBe(200);
    expect((await say(url, { host: "elsewhere.example" })).status).toBe(403);
    expect((await ask(`${url}/v1/messages`, { body: HELLO, headers: { "x-api-key": "wrong" } })).status).toBe(401);
    const lines = container
      .printed()
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const notices = lines.filter(({ level, message }) => level !== "info" && message !== undefined);
    expect(notices).toEqual([]);
  });

  it("takes up a new Secret and a new ConfigMap without a restart", async () => {
    const { container, url, secrets, standIn, config } = await started();
    await say(url);
    secrets.put({ ...KEYS, "api-key": OTHER_KEY });
    await container.says(/"message":"(?:The configuration was reloaded|Reloaded)/i);
    await say(url);
    expect(standIn.requests.map(({ headers }) => headers["x-api-key"])).toEqual([CANARY_KEY, OTHER_KEY]);
    const next = JSON.parse(readFileSync(join(config, "openclaw.json"), "utf8"));
    next.agents.defaults.model.primary = "cloudflare-ai-gateway/claude-opus-4-6";
    writeFileSync(join(config, "openclaw.json.new"), JSON.stringify(next));
    renameSync(join(config, "openclaw.json.new"), join(config, "openclaw.json"));
    await container.says(/claude-opus-4-6/);
  });

  it("lets an open stream end after SIGTERM, takes no new request, and exits with 0", async () => {
    const { container, url, port, standIn } = await started();
    const wire = await openStream(port, standIn);
    container.kill("SIGTERM");
    await container.says(/Stopping/);
    await expect(say(url)).rejects.toThrow(/ECONNREFUSED/);
    expect(await statusOf(container)).toBe(1);
    standIn.release();
    await wire.hears(/message_stop/);
    expect(await container.ended).toMatchObject({ status: 0, stderr: "" });
    expect(container.printed()).not.toMatch(/"level":"(?:warn|error)".*cut off/);
  });

  it("can be stopped while it starts, though Linux drops what process 1 does not listen for", async () => {
    const script = `require("node:fs").writeFileSync("${STATE}/asked", ""); setInterval(() => {}, 1000)`;
    const config = configFolder("https://gateway.ai.cloudflare.com/v1/a/b/anthropic", (settings) => {
      settings.secrets.providers["api-key"] = {
        source: "exec",
        command: "/usr/local/bin/node",
        args: ["-e", script],
      };
      settings.models.providers["cloudflare-ai-gateway"].apiKey.source = "exec";
    });
    const mounts = { "/etc/openclaw": config, "/run/secrets/openclaw": secretVolume(KEYS).folder };
    const container = runContainer(image, { mounts, tmpfs: { [STATE]: "mode=1777" } });
    await expect.poll(() => existsSync(`/proc/${container.pid()}/root${STATE}/asked`)).toBe(true);
    container.kill("SIGTERM");
    expect(await container.ended).toMatchObject({ status: 143, stdout: "", stderr: "" });
  });

  it("serves without any place to write to, and as a user that the image does not know", async () => {
    const { container, url } = await started({ tmpfs: {}, user: `1000650000:${GROUP}` });
    expect((await say(url)).status).toBe(200);
    expect(await statusOf(container)).toBe(0);
    expect(container.printed()).not.toMatch(/"level":"error"/);
  });

  it("serves by several processes, drained together", async () => {
    const { container, url, standIn, port } = await started({ env: { OPENCLAW_GATEWAY_WORKERS: "2" } });
    for (let count = 0; count < 4; count += 1) expect((await say(url)).status).toBe(200);
    expect(await statusOf(container)).toBe(0);
    const wire = await openStream(port, standIn);
    container.kill("SIGTERM");
    await container.says(/Stopping/);
    standIn.release();
    await wire.hears(/message_stop/);
    expect(await container.ended).toMatchObject({ status: 0, stderr: "" });
  });

  it("runs what a machine has set up for itself, as docs/fleet.md says", async () => {
    const page = readFileSync(join(ROOT, "docs", "fleet.md"), "utf8");
    expect(page).toMatch(/--env-file ~\/\.openclaw\/\.env[\s\S]*source="\$HOME\/\.openclaw\/openclaw\.json"/);
    const standIn = await startStandIn({ anthropicKeys: [{ value: CANARY_KEY }] });
    const home = temporaryHome();
    chmodSync(home, 0o755);
    expect((await onboard(DOCUMENTED, { home })).status).toBe(0);
    const folder = join(home, ".openclaw");
    const base = `${standIn.gatewayBase()}/anthropic`;
    const path = join(folder, "openclaw.json");
    writeFileSync(path, readFileSync(path, "utf8").replace(/(?<="baseUrl": ")[^"]+/, base));
    // As an engine reads such a file: a name, `=`, and the rest of the line.
    const lines = readFileSync(join(folder, ".env"), "utf8").split("\n");
    const env = Object.fromEntries(lines.filter((line) => line.includes("=")).map((line) => line.split(/=(.*)/s, 2)));
    rmSync(join(folder, ".env"));
    const port = await freePort();
    // The owner of the files, as `--user "$(id -u):$(id -g)"`.
    for (const name of [folder, path]) chownSync(name, 4321, 4321);
    const container = runContainer(image, {
      mounts: { "/etc/openclaw": folder },
      user: "4321:4321",
      env: { ...env, OPENCLAW_GATEWAY_PORT: String(port) },
    });
    await container.says(/is listening at http:\/\/0\.0\.0\.0:/);
    const headers = { "x-api-key": env.OPENCLAW_GATEWAY_TOKEN ?? "" };
    const answer = await ask(`http://127.0.0.1:${port}/v1/messages`, { body: HELLO, headers });
    expect([answer.status, standIn.requests.at(-1)?.headers["x-api-key"]]).toEqual([200, CANARY_KEY]);
    expect(await statusOf(container)).toBe(0);
  });

  it("says what is not filled in: alive, but not ready", async () => {
    const { container } = await started({ isEdited: false });
    await container.says(/baseUrl is not a URL .* contains no placeholders/);
    expect(await statusOf(container)).toBe(0);
    expect((await container.exec([...image.healthcheck, "--ready"])).status).toBe(1);
  });

  it.each([
    ["a configuration", { "/etc/openclaw": "empty" }, /openclaw\.json|No provider/],
    ["the secrets", { "/run/secrets/openclaw": "empty" }, /\/run\/secrets\/openclaw\/gateway-token/],
  ])("ends with status 78 without %s, and says what is missing", async (_, mounts, message) => {
    const empty = temporaryHome();
    chmodSync(empty, 0o755);
    const config = configFolder("https://gateway.ai.cloudflare.com/v1/a/b/anthropic");
    const all = { "/etc/openclaw": config, "/run/secrets/openclaw": secretVolume(KEYS).folder };
    const given = Object.fromEntries(Object.keys(mounts).map((path) => [path, empty]));
    const container = runContainer(image, { mounts: { ...all, ...given }, tmpfs: { [STATE]: "mode=1777" } });
    const { status, stderr } = await container.ended;
    expect([status, stderr]).toEqual([78, expect.stringMatching(message)]);
    expect(stderr).not.toContain("CANARY");
  });

  it("names a secret that its user may not read", async () => {
    const secrets = secretVolume(KEYS);
    chmodSync(join(secrets.folder, "..data", "gateway-token"), 0o400);
    const config = configFolder("https://gateway.ai.cloudflare.com/v1/a/b/anthropic");
    const mounts = { "/etc/openclaw": config, "/run/secrets/openclaw": secrets.folder };
    const { status, stderr } = await runContainer(image, { mounts, tmpfs: { [STATE]: "mode=1777" } }).ended;
    expect([status, stderr]).toEqual([
      78,
      expect.stringMatching(/gateway-token belongs to root\. Allow the user with the ID 1000 to read it\.$/m),
    ]);
  });
});
