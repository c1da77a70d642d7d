import { en } from "../../src/text/en/index.ts";
import { code, page, table } from "./markdown.ts";

const ORDER = `## Where a value comes from

\`\${NAME}\` in \`openclaw.json\` and a provider's own key variable are looked up in this order. The first that has a value
wins, and an empty value counts as none:

1. the process environment,
2. \`.env\` in the state folder (\`~/.openclaw/.env\`),
3. \`~/.config/openclaw/gateway.env\`, where the published OpenClaw keeps variables for its service; only with the default
   state folder, and never written,
4. \`env.vars.NAME\` in \`openclaw.json\`, or \`env.NAME\` as in older files; a value with \`\${\` in it is skipped,
5. the login shell, when \`env.shellEnv.enabled\` is true or \`OPENCLAW_LOAD_SHELL_ENV=1\`. It runs only when something is still
   missing, without a terminal or input, and is killed together with everything it started after
   \`env.shellEnv.timeoutMs\`. As in the published OpenClaw it is \`bash -lic\` for Bash, so that a variable behind
   "not interactive: return" in \`.bashrc\` is found, and \`-l -c\` for every other shell: Zsh reads \`.zprofile\` and not
   \`.zshrc\`, Fish \`config.fish\`, Dash \`.profile\`.

A \`.env\` in the working directory is never read. A \`\${NAME}\` without a value is a problem that names the variable; it is
never sent anywhere as it stands.`;

const SERVICE = `## The environment of the service

\`gateway install\` writes \`HOME\` and \`PATH\` into the service file, without folders that exist only in the current shell. It
also writes those of \`OPENCLAW_STATE_DIR\`, \`OPENCLAW_CONFIG_PATH\`, \`OPENCLAW_INCLUDE_ROOTS\`, \`OPENCLAW_LOAD_SHELL_ENV\`,
\`OPENCLAW_SHELL_ENV_TIMEOUT_MS\`, \`NODE_EXTRA_CA_CERTS\` and the proxy variables that are set, but never one that holds
credentials: put such a proxy into \`.env\`. The service looks everything else up itself in the order above. Its process
environment is the one that the user's systemd or launchd gives every service, not that of the shell that installed it.`;

/** `docs/environment.md`: where values come from, and every variable that the program reads. */
export function environmentPage(): string {
  const rows = Object.entries(en.variables).map(([name, { readBy, meaning }]) => [code(name), readBy, meaning]);
  return page("# Environment", ORDER, "## Variables", table(["variable", "read by", "meaning"], rows), SERVICE);
}
