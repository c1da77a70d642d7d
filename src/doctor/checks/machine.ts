import { findVariable } from "../../config/variables.ts";
import { type ProxyFault, proxyAddress } from "../../core/proxy-address.ts";
import type { Texts } from "../../text/message.ts";
import type { Check, CheckResult } from "../check.ts";
import { type DoctorInput, sourceName } from "../input.ts";

export const MACHINE_CHECKS: readonly Check[] = [
  { id: "machine.node", title: (t) => t.doctor.nodeSupported, needs: [], run: nodeVersion },
  { id: "machine.proxy", title: (t) => t.doctor.noProxy, needs: [], run: proxies },
];

function nodeVersion({ node }: DoctorInput): readonly CheckResult[] {
  const [major = 0, minor = 0] = node.replace(/^v/, "").split(".").map(Number);
  // Must match `engines` in package.json.
  const isSupported = (major === 20 && minor >= 19) || (major === 22 && minor >= 13) || major >= 24;
  if (isSupported) return [{ status: "ok", message: (t) => t.doctor.supportedNode(node) }];
  return [{ status: "fail", message: (t) => t.doctor.unsupportedNode(node), fix: (t) => t.doctor.installNode }];
}

const PROXY_VARIABLES = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"];

/** Credentials in the addresses are masked when the result is shown. */
function proxies(input: DoctorInput): readonly CheckResult[] {
  const { env, secrets, gatewayEnv, config } = input;
  const known = { secrets: secrets.values, gatewayEnv: gatewayEnv.values, config: config.config };
  return PROXY_VARIABLES.flatMap((upper) => [upper.toLowerCase(), upper]).flatMap(
    (variable): readonly CheckResult[] => {
      const found = findVariable(variable, known, env);
      const given = found?.value.reveal().trim();
      if (found === undefined || !given) return [];
      const source = (t: Texts) => sourceName(found.source, input, t);
      const isAddress = !/^no_proxy$/i.test(variable);
      const value = given.includes("://") || !isAddress ? given : `http://${given}`;
      const address = proxyAddress(given);
      const isUsed = isAddress && !/^all_proxy$/i.test(variable);
      if (isAddress && !address.ok && (isUsed || address.error.code !== "ERR_INVALID_PROTOCOL"))
        return [{ status: "fail", ...proxyFault(address.error, variable, source) }];
      if (/^all_proxy$/i.test(variable)) {
        return [
          {
            status: "warn",
            message: (t) => t.doctor.unusedProxy({ variable, source: source(t), value }),
            fix: (t) => t.doctor.useHttpsProxy,
          },
        ];
      }
      return [{ status: "ok", message: (t) => t.doctor.proxy({ variable, source: source(t), value }) }];
    },
  );
}

function proxyFault(
  fault: ProxyFault,
  variable: string,
  source: (t: Texts) => string,
): Pick<CheckResult, "message" | "fix"> {
  if (fault.code === "ERR_INVALID_PROTOCOL") {
    const kind = `${fault.protocol}//`;
    return {
      message: (t) => t.doctor.proxyKind({ variable, source: source(t), kind }),
      fix: (t) => t.doctor.fixProxy(variable),
    };
  }
  if (fault.code === "ERR_INVALID_CREDENTIALS")
    return {
      message: (t) => t.doctor.proxyUnencoded({ variable, source: source(t) }),
      fix: (t) => t.doctor.encodeProxy,
    };
  return {
    message: (t) => t.doctor.badProxy({ variable, source: source(t) }),
    fix: (t) => t.doctor.fixProxy(variable),
  };
}
