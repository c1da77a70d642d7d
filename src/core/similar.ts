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

/** Letters added, left out, replaced, or swapped with their neighbour, as in `prot` for `port`. */
function distance(from: string, to: string): number {
  const letters = [...from];
  let before: readonly number[] = [];
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [above, letter] of letters.entries()) {
    const next = [above + 1];
    for (let index = 0; index < to.length; index += 1) {
      const same = letter === to[index] ? 0 : 1;
      const steps = [(row[index + 1] ?? 0) + 1, (next[index] ?? 0) + 1, (row[index] ?? 0) + same];
      const isSwap = index > 0 && above > 0 && letter === to[index - 1] && letters[above - 1] === to[index];
      next.push(Math.min(...steps, ...(isSwap ? [(before[index - 1] ?? 0) + 1] : [])));
    }
    [before, row] = [row, next];
  }
  return row[to.length] ?? 0;
}
