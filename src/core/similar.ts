/** The candidate closest to a text, or `undefined` if more than a third of its letters differ. */
export function nearest(text: string, candidates: readonly string[]): string | undefined {
  const rated = candidates.map((candidate) => ({
    candidate,
    distance: distance(text.toLowerCase(), candidate.toLowerCase()),
  }));
  const [best] = rated.sort((a, b) => a.distance - b.distance);
  return best !== undefined && best.distance <= Math.max(1, Math.floor(best.candidate.length / 3))
    ? best.candidate
    : undefined;
}

/** Levenshtein distance. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [above, letter] of [...from].entries()) {
    const next = [above + 1];
    for (let index = 0; index < to.length; index += 1) {
      const same = letter === to[index] ? 0 : 1;
      next.push(Math.min((row[index + 1] ?? 0) + 1, (next[index] ?? 0) + 1, (row[index] ?? 0) + same));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
