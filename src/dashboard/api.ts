import { EventReader, type ServerEvent } from "../core/server-events.ts";

/** The gateway refuses the token. */
export class Refused extends Error {}

/** The gateway answers otherwise than a gateway that serves this page. */
class Unexpected extends Error {}

const LONGEST_WAIT_MS = 15_000;
/** @why the gateway sends a comment every 15 s. */
const LONGEST_SILENCE_MS = 40_000;

async function get(path: string, token: string | undefined, signal: AbortSignal): Promise<Response> {
  const response = await fetch(path, {
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    cache: "no-store",
    credentials: "omit",
    redirect: "error",
    referrerPolicy: "no-referrer",
    signal,
  });
  if (response.status === 401 || response.status === 403) throw new Refused();
  if (!response.ok) throw new Unexpected(`HTTP ${response.status}`);
  return response;
}

/** Throws `Refused`, or whatever made it fail. */
export async function getJson<Data>(path: string, token: string | undefined, signal: AbortSignal): Promise<Data> {
  const response = await get(path, token, AbortSignal.any([signal, AbortSignal.timeout(LONGEST_WAIT_MS)]));
  return (await response.json()) as Data;
}

/**
 * A session in exchange for a pass or a token; `undefined` where the gateway asks for none. Throws `Refused`, or whatever
 * made it fail.
 */
export async function openSession(given: string | undefined): Promise<string | undefined> {
  const { session } = await getJson<{ session: string | null }>(
    "dashboard/session",
    given,
    new AbortController().signal,
  );
  return session ?? undefined;
}

/** Hands over events until the stream ends, is silent for too long, or is aborted. */
export async function readEvents(
  path: string,
  token: string | undefined,
  signal: AbortSignal,
  onEvents: (events: readonly ServerEvent[]) => void,
): Promise<void> {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), LONGEST_SILENCE_MS);
  try {
    const response = await get(path, token, AbortSignal.any([signal, silence.signal]));
    const events = new EventReader();
    const decoder = new TextDecoder();
    const reader = response.body?.getReader();
    onEvents([]);
    for (;;) {
      const { done = true, value } = (await reader?.read()) ?? {};
      if (done) return;
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), LONGEST_SILENCE_MS);
      const found = events.read(decoder.decode(value, { stream: true }));
      if (found.length > 0) onEvents(found);
    }
  } finally {
    clearTimeout(timer);
    silence.abort();
  }
}
