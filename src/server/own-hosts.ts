import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { networkInterfaces } from "node:os";
import { hostInUrl, isThisMachine, type ListenAddress, portOf } from "../config/listen-address.ts";
import type { Config } from "../config/schema.ts";

/** Looks up this machine's addresses, which are as the system writes them. */
export interface Machine {
  readonly addresses: () => readonly string[];
  /** Empty if the name is not known. */
  readonly addressesOf: (name: string) => Promise<readonly string[]>;
}

/** @why a start does not wait for a name server that does not answer. */
const LOOKUP_MS = 2_000;

const MACHINE: Machine = {
  addresses: () => Object.values(networkInterfaces()).flatMap((all = []) => all.map(({ address }) => address)),
  addressesOf: async (name) => {
    const found = lookup(name, { all: true }).then((all) => all.map(({ address }) => address));
    const late = new Promise<readonly string[]>((resolve) => void setTimeout(resolve, LOOKUP_MS, []).unref());
    return Promise.race([found, late]).catch(() => []);
  },
};

/** The wildcards also stand for this machine where a URL names them. */
const EVERY: ReadonlySet<string> = new Set(["0.0.0.0", "::"]);

/** As `URL` writes it, so that one address is one text. */
function canonical(address: string): string {
  const url = `http://${hostInUrl(address.replace(/%.*/, ""))}`;
  return URL.canParse(url) ? new URL(url).hostname.replace(/^\[|\]$/g, "") : address;
}

/**
 * The hosts in providers' base URLs that lead to a gateway at this address, besides those that always do. Only names at its
 * own port are looked up.
 */
export async function ownHosts(
  { models }: Pick<Config, "models">,
  { host, port }: ListenAddress,
  machine: Machine = MACHINE,
): Promise<ReadonlySet<string>> {
  const urls = Object.values(models?.providers ?? {}).flatMap(({ baseUrl }) =>
    baseUrl !== undefined && URL.canParse(baseUrl) ? [new URL(baseUrl)] : [],
  );
  const asked = new Set(urls.filter((url) => portOf(url) === port).map(({ hostname }) => hostname));
  const isEvery = EVERY.has(host);
  const here = new Set([...(isEvery ? machine.addresses() : [host]), ...EVERY].map(canonical));
  const found = await Promise.all(
    [...asked].map(async (hostname) => {
      const bare = hostname.replace(/^\[|\]$/g, "");
      const addresses = isIP(bare) === 0 ? await machine.addressesOf(bare) : [bare];
      return addresses.some((address) => here.has(canonical(address)) || isThisMachine(address)) ? [hostname] : [];
    }),
  );
  return new Set(found.flat());
}
