import { chmodSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Context } from "../../src/core/context.ts";
import { resolvePaths } from "../../src/core/paths.ts";
import { serviceEnvironment, serviceSpec } from "../../src/service/spec.ts";
import { say } from "../../src/text/message.ts";
import { testContext } from "../support/real-context.ts";
import { saying } from "../support/saying.ts";

const HOME = { homedir: () => "/home/me", cwd: () => "/here" };

/** The variables of a service that is installed with this environment. */
function environment(env: Readonly<Record<string, string>>, profile?: string) {
  const context = { env, ...HOME };
  return Object.fromEntries(
    serviceEnvironment(resolvePaths(profile === undefined ? {} : { profile }, context), context),
  );
}

describe("the environment of a service", () => {
  it("contains the home folder and the permanent folders of PATH", () => {
    const PATH =
      "/usr/bin:/run/user/1000/fnm_multishells/1_2/bin:relative::/tmp/x/bin:/w/node_modules/.bin:/usr/bin:/run/current-system/sw/bin:/bin";
    expect(environment({ PATH })).toEqual({
      HOME: "/home/me",
      PATH: "/usr/bin:/run/current-system/sw/bin:/bin",
    });
  });

  it("contains the locations of the files, as absolute paths", () => {
    const variables = environment({
      OPENCLAW_HOME: "/here/elsewhere",
      OPENCLAW_CONFIG_PATH: "~/c.json5",
      OPENCLAW_INCLUDE_ROOTS: "parts::~/more",
      NODE_EXTRA_CA_CERTS: "ca.pem",
    });
    expect(variables).toEqual({
      HOME: "/home/me",
      OPENCLAW_STATE_DIR: "/here/elsewhere/.openclaw",
      OPENCLAW_CONFIG_PATH: "/here/elsewhere/c.json5",
      OPENCLAW_INCLUDE_ROOTS: "/here/parts:/home/me/more",
      NODE_EXTRA_CA_CERTS: "/here/ca.pem",
    });
    const ofProfile = environment({ OPENCLAW_HOME: "/x" }, "work");
    expect(ofProfile.OPENCLAW_STATE_DIR).toBe("/x/.openclaw-work");
    // What the service is started with does not contradict its own `--profile`.
    const started = resolvePaths({ profile: "work" }, testContext({ env: ofProfile, homedir: () => "/home/me" }));
    expect(started.config).toBe("/x/.openclaw-work/openclaw.json");
  });

  it("contains the settings of the login shell and proxies without a password", () => {
    const env = {
      OPENCLAW_LOAD_SHELL_ENV: "1",
      OPENCLAW_SHELL_ENV_TIMEOUT_MS: "5",
      https_proxy: "proxy:3128",
      NO_PROXY: "::1",
    };
    expect(environment(env)).toEqual({ HOME: "/home/me", ...env });
  });

  it.each([
    ["HTTPS_PROXY", "http://me:secret@proxy:3128"],
    ["http_proxy", "me:secret@proxy:3128"],
    ["HTTP_PROXY", "http://token@proxy"],
    ["NO_PROXY", "sk-ant-api03-somethingsecret"],
  ])("does not contain %s=%s", (name, value) => {
    expect(environment({ [name]: value })).toEqual({ HOME: "/home/me" });
  });

  it("contains no key, token or other variable", () => {
    const env = {
      CLOUDFLARE_AI_GATEWAY_API_KEY: "k",
      OPENCLAW_GATEWAY_TOKEN: "t",
      NODE_OPTIONS: "--inspect",
      SHELL: "/bin/sh",
    };
    expect(environment(env)).toEqual({ HOME: "/home/me" });
  });
});

describe("the program of a service", () => {
  /** A folder with links and programs by path: a link to the given path, or a program if it is undefined. */
  function machine(files: Readonly<Record<string, string | undefined>>) {
    const context = testContext();
    const root = context.homedir();
    for (const [path, target] of Object.entries(files)) {
      mkdirSync(join(root, path, ".."), { recursive: true });
      if (target !== undefined) symlinkSync(join(root, target), join(root, path));
      else {
        writeFileSync(join(root, path), "");
        chmodSync(join(root, path), 0o755);
      }
    }
    return { root, context };
  }

  const specOf = (context: Context, flags: { readonly profile?: string } = {}) =>
    serviceSpec(resolvePaths(flags, context), context);

  /** The same with a home folder outside the temporary folders. */
  const started = (context: Context, node: string, script: string, PATH = "") =>
    specOf({ ...context, homedir: () => "/home/me", env: { PATH }, started: { node, script } });

  it("is called with the profile", () => {
    const { context } = machine({});
    const command = ["/usr/bin/node", "/lib/openclaw.cjs"];
    const [node = "", script = ""] = command;
    const inProfile = specOf({ ...context, started: { node, script } }, { profile: "work" });
    expect(inProfile.spec.command).toEqual([...command, "--profile", "work", "gateway", "run"]);
    expect(inProfile.spec.names.unit).toBe("openclaw-gateway-work.service");
  });

  it("is the link to Node that survives an update, or Node itself if its own folder is on PATH", () => {
    const files = new Map([
      ["/opt/brew/bin/node", "/opt/brew/Cellar/node/24.1/bin/node"],
      ["/opt/other/bin/node", "/opt/other/bin/node"],
    ]);
    const context = testContext();
    const realpathSync = ((path: string) =>
      files.get(path) ?? context.files.realpathSync(path)) as Context["files"]["realpathSync"];
    const with_ = { ...context, files: { ...context.files, realpathSync } };
    const cellar = "/opt/brew/Cellar/node/24.1/bin/node";
    const nodeFor = (PATH: string) => started(with_, cellar, "/x.cjs", PATH).spec.command[0];
    expect(nodeFor("/opt/other/bin:/opt/brew/bin")).toBe("/opt/brew/bin/node");
    expect(nodeFor("/opt/brew/bin:/opt/brew/Cellar/node/24.1/bin")).toBe(cellar);
    expect(nodeFor("/opt/other/bin")).toBe(cellar);
  });

  it("is the script itself if the link to it is temporary, else the link", () => {
    const { root, context } = machine({ "lib/openclaw.cjs": undefined, "bin/openclaw": "lib/openclaw.cjs" });
    const script = realpathSync(join(root, "lib/openclaw.cjs"));
    const passing = started(context, "/usr/bin/node", join(root, "bin/openclaw"));
    expect(passing.spec.command[1]).toBe(script);
    expect(passing.notes).toEqual([saying(`${script} is in a temporary folder and may disappear.`)]);
    const lasting = started(context, "/usr/bin/node", "/usr/local/bin/openclaw");
    expect([lasting.spec.command[1], lasting.notes]).toEqual(["/usr/local/bin/openclaw", []]);
  });

  it("comes with a note about a Node in the home folder", () => {
    const { context } = machine({});
    const node = "/home/me/.nvm/versions/node/v20.19.0/bin/node";
    expect(started(context, node, "/x.cjs").notes.map((note) => say(note, context.text))).toEqual([
      `The service uses ${node}. After you replace that Node, run \`openclaw gateway install\`.`,
    ]);
  });

  it.each([
    ["the script", { started: { node: "/n", script: "/a\nExecStartPre=/evil" } }, "The command line of the service"],
    ["PATH", { env: { PATH: "/a\n/b" } }, "PATH"],
    ["a variable", { env: { OPENCLAW_STATE_DIR: "/a\u0007b" } }, "OPENCLAW_STATE_DIR"],
    ["the home folder", { homedir: () => "/home/\u{fffe}" }, "HOME"],
  ])("is refused if %s contains a control character", (_, change, what) => {
    const { context } = machine({});
    expect(() => specOf({ ...context, ...change })).toThrow(
      expect.objectContaining({
        code: "usage.invalid",
        says: saying(`${what} contains a line break or another control character.`),
      }),
    );
  });
});
