/** As a header can carry it. */
const TOKEN = /^[!-~]+$/;

export const isToken = (text: string): boolean => TOKEN.test(text);

/**
 * The token in the fragment of an address: `#token=…`, percent-encoded. A fragment is not sent to any server.
 * `undefined` if there is none.
 */
export function tokenIn(fragment: string): string | undefined {
  const token = new URLSearchParams(fragment.replace(/^#/, "").replaceAll("+", "%2B")).get("token")?.trim();
  return token !== undefined && isToken(token) ? token : undefined;
}
