import type { Check, Finding } from "../check.ts";
import type { Facts } from "../input.ts";

/** A path as a command takes it; within quotes the shell would not know what `~` is. */
function inShell(path: string, homedir: string): string {
  const isBelow = path.startsWith(`${homedir}/`);
  const rest = isBelow ? path.slice(homedir.length) : path;
  return `${isBelow ? "~" : ""}${rest.replace(/[^\w./:@%+=,-]/g, "\\$&")}`;
}

const octal = (mode: number) => mode.toString(8).padStart(4, "0");

/** Whether everything is there, closed to others, and tidy. */
export const FILE_CHECKS: readonly Check[] = [
  { id: "files.present", title: "openclaw.json and .env are there.", readsConfig: false, run: present },
  {
    id: "files.modes",
    title: "Nobody else may read the state folder, the configuration, its backups or .env.",
    readsConfig: false,
    run: ({ loose, homedir }) =>
      loose.map(({ path, mode, wanted }) => ({
        status: "fail",
        message: `Others may read it: mode ${octal(mode)} instead of ${octal(wanted)}.`,
        fix: `chmod ${octal(wanted)} ${inShell(path, homedir)}`,
        where: path,
        repair: { kind: "close", path, wanted },
      })),
  },
  {
    id: "files.leftovers",
    title: "No temporary or lock file of an ended process lies about.",
    readsConfig: false,
    run: ({ leftBehind, homedir }) =>
      leftBehind.map((path) => ({
        status: "warn",
        message: "A process that ended left this file behind.",
        fix: `rm ${inShell(path, homedir)}`,
        where: path,
        repair: { kind: "remove", path },
      })),
  },
];

const ONBOARD = "Run `openclaw onboard`.";

function present({ stateDirExists, config, secrets, paths, variables }: Facts): readonly Finding[] {
  const findings: Finding[] = [];
  if (!stateDirExists) {
    findings.push({ status: "fail", message: "There is no state folder.", fix: ONBOARD, where: paths.stateDir });
  }
  if (config.state === "absent") {
    findings.push({ status: "fail", message: "There is no configuration.", fix: ONBOARD, where: paths.config });
  }
  const lacking = [...variables.values()].some((values) => values.length === 0);
  if (stateDirExists && !secrets.exists && (lacking || config.state !== "readable")) {
    findings.push({
      status: "warn",
      message: "There is no .env that could hold a key.",
      fix: ONBOARD,
      where: paths.secrets,
    });
  }
  return findings;
}
