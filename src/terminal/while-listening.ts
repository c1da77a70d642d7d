import { cancelled } from "./cancelled.ts";
import type { Keyboard } from "./keyboard.ts";

/**
 * Does work while nothing is asked. Ctrl-C and a closed terminal abort the work and throw `prompt.cancelled`; what else
 * is typed answers nothing. `finish` is called at the end, whatever it is.
 */
export async function whileListening<T>(
  keyboard: Keyboard,
  work: (signal: AbortSignal) => Promise<T>,
  finish: () => void,
): Promise<T> {
  const ending = new AbortController();
  keyboard.setRawMode(true);
  let stop = () => {};
  const left = new Promise<never>((_, reject) => {
    stop = keyboard.listen({
      onEscape: () => {},
      onLeave: () => {
        ending.abort();
        reject(cancelled());
      },
      onPaste: () => true,
    });
  });
  try {
    return await Promise.race([work(ending.signal), left]);
  } finally {
    stop();
    await keyboard.forget();
    keyboard.setRawMode(false);
    finish();
  }
}
