import { fail, ok, type Result } from "../core/result.ts";
import { isKeyless } from "../providers/cloudflare-ai-gateway/credentials.ts";
import type { Provider, Setup } from "../providers/provider.ts";

/** What every request to a provider of ours carries, by lower-case name, or the sentence that says what it lacks. */
export function ownHeaders(
  _: Provider,
  { apiKey, headers, values }: Setup,
): Result<ReadonlyMap<string, string>, string> {
  const keyless = isKeyless(values.credentials);
  const sent = new Map<string, string>();
  if (values.credentials !== "billing") sent.set("cf-aig-no-wholesale", "true");
  if (apiKey !== undefined) sent.set("x-api-key", apiKey.reveal());
  for (const [name, value] of Object.entries(headers)) sent.set(name.toLowerCase(), value.reveal());
  if (keyless) for (const name of ["x-api-key", "authorization"]) sent.delete(name);
  if (!keyless && !sent.has("x-api-key")) return fail("It has no API key. Run `openclaw onboard`.");
  return ok(sent);
}
