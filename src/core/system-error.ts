/** `undefined` unless it is an operating system error. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error && "code" in error && typeof error.code === "string")) return undefined;
  return /^E[A-Z0-9]+$/.test(error.code) ? error.code : undefined;
}

/**
 * Returns `undefined` if the operating system refuses `act`, optionally only with one of `codes`. Other errors are
 * rethrown.
 */
export function unlessRefused<T>(act: () => T, codes?: readonly string[]): T | undefined {
  try {
    return act();
  } catch (error) {
    const code = systemCode(error);
    if (code !== undefined && (codes === undefined || codes.includes(code))) return undefined;
    throw error;
  }
}
