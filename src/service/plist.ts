import type { ServiceSpec } from "./spec.ts";
import { MARK, STOP_TIMEOUT_S } from "./unit.ts";

/** @why a gateway that cannot start, as where its port is taken, is not tried again every moment. */
const THROTTLE_S = 30;

type Value = string | number | boolean | readonly string[] | { readonly [key: string]: Value };

/** The launchd agent of the service; what it says goes to `log`. No text may hold control characters. */
export function plistText({ names, command, environment, homedir }: ServiceSpec, log: string): string {
  const agent = {
    Label: names.label,
    ProgramArguments: command,
    // It has the gateway end as if it had succeeded where a start afresh would be of no use.
    EnvironmentVariables: { ...Object.fromEntries(environment), OPENCLAW_SERVICE_MANAGER: "launchd" },
    WorkingDirectory: homedir,
    RunAtLoad: true,
    KeepAlive: { SuccessfulExit: false },
    ThrottleInterval: THROTTLE_S,
    ExitTimeOut: STOP_TIMEOUT_S,
    // Clients wait for every answer: it must not be slowed down as a background job is.
    ProcessType: "Interactive",
    Umask: 0o077,
    StandardOutPath: log,
    StandardErrorPath: log,
  };
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<!-- ${MARK} \`openclaw gateway install\` writes it anew, \`openclaw gateway uninstall\` removes it. -->
<plist version="1.0">
${element(agent, "")}
</plist>
`;
}

function element(value: Value, indent: string): string {
  if (typeof value === "string") return `${indent}<string>${escaped(value)}</string>`;
  if (typeof value === "number") return `${indent}<integer>${value}</integer>`;
  if (typeof value === "boolean") return `${indent}<${value}/>`;
  const inner = `${indent}\t`;
  if (isList(value))
    return [`${indent}<array>`, ...value.map((item) => element(item, inner)), `${indent}</array>`].join("\n");
  const members = Object.entries(value).flatMap(([key, item]) => [
    `${inner}<key>${escaped(key)}</key>`,
    element(item, inner),
  ]);
  return [`${indent}<dict>`, ...members, `${indent}</dict>`].join("\n");
}

const isList = (value: Value): value is readonly string[] => Array.isArray(value);

/** @why the separators: parsers that know XML 1.1 take them for line ends. */
const escaped = (text: string) => text.replace(/[&<>\u2028\u2029]/g, (character) => `&#${character.charCodeAt(0)};`);

/** What is left of a text when the variables are taken out that depend on the shell it was written from. */
export const essentialPlist = (text: string): string =>
  text.replace(/\t\t<key>(?!OPENCLAW_(?:STATE|CONFIG|INCLUDE))[^<]*<\/key>\n\t\t<string>[^<]*<\/string>\n/g, "");
