import { findVariable, type VariableSource } from "../../config/variables.ts";
import type { Check, Finding } from "../check.ts";
import type { Facts } from "../input.ts";

/** What the machine brings along. */
export const MACHINE_CHECKS: readonly Check[] = [
  { id: "machine.node", title: "This Node is one that the program supports.", readsConfig: false, run: node },
  { id: "machine.proxy", title: "No proxy is set.", readsConfig: false, run: proxies },
];

function node({ node: version }: Facts): readonly Finding[] {
  const [major = 0, minor = 0] = version.replace(/^v/, "").split(".").map(Number);
  // The same as `engines` in package.json.
  const supported = (major === 20 && minor >= 19) || (major === 22 && minor >= 13) || major >= 24;
  if (supported) return [{ status: "ok", message: `Node ${version} is one that the program supports.` }];
  return [
    {
      status: "fail",
      message: `Node ${version} is not supported.`,
      fix: "Install Node 20.19, 22.13, 24 or newer: https://nodejs.org.",
    },
  ];
}

const PROXY_VARIABLES = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"];

const PLACES: Readonly<Record<VariableSource, string>> = {
  "process environment": "",
  ".env": " in .env",
  "config env": " in openclaw.json",
  "login shell": " in the login shell",
};

/** Credentials in the address are taken out with everything else that must not be shown. */
function proxies({ env, secrets, config }: Facts): readonly Finding[] {
  const known = { secrets: secrets.values, config: config.config };
  return PROXY_VARIABLES.flatMap((upper) => [upper.toLowerCase(), upper]).flatMap((name): readonly Finding[] => {
    const found = findVariable(name, known, env);
    const value = found?.value.reveal().trim();
    if (found === undefined || !value) return [];
    const isSet = `is set${PLACES[found.source]}`;
    const isAddress = !/^no_proxy$/i.test(name);
    const text = value.includes("://") || !isAddress ? value : `http://${value}`;
    if (isAddress && !URL.canParse(text)) {
      return [
        {
          status: "fail",
          message: `${name} ${isSet}, and not to a URL.`,
          fix: `Unset ${name}, or set it to http://host:port.`,
        },
      ];
    }
    const unused = /^all_proxy$/i.test(name) ? " This program does not use it." : "";
    return [
      {
        status: unused === "" ? "ok" : "warn",
        message: `${name} ${isSet}: ${text}.${unused}`,
        ...(unused && { fix: "Set HTTPS_PROXY instead." }),
      },
    ];
  });
}
