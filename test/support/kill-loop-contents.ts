/** Large enough that a write of either can be seen half done, and of different lengths. */
export const KILL_LOOP_CONTENTS = [Buffer.alloc(300_000, "first\n"), Buffer.alloc(400_001, "second\n")] as const;
