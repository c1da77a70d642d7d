import { type Context, type Env, lookUp } from "../core/context.ts";

/** A program with its arguments, which may need a shell to be told apart. */
export interface EditorCommand {
  readonly command: string;
  readonly args: readonly string[];
}

/** The editor as the user names it, perhaps with arguments such as `code --wait`. */
export function editorOf({ env, platform }: Pick<Context, "platform"> & { readonly env: Env }): string {
  const named = ["VISUAL", "EDITOR"].map((name) => lookUp(name, env)?.trim()).find(Boolean);
  return named ?? (platform === "win32" ? "notepad" : "vi");
}

/**
 * The command line that opens a file in it.
 * @source git, which has a shell read the words of `$EDITOR` and hands the file over as an argument of its own.
 * @why a trap: Ctrl-C is for the editor, and a shell without one would end by it.
 */
export function editorCommand(editor: string, file: string, platform: NodeJS.Platform): EditorCommand {
  if (platform === "win32") return { command: "cmd.exe", args: ["/d", "/s", "/c", `"${editor} "${file}""`] };
  return { command: "/bin/sh", args: ["-c", `trap : INT; ${editor} "$@"`, editor, file] };
}

/**
 * True if the shell did not find it, or may not run it.
 * @source POSIX, "Exit Status for Commands"; `cmd.exe` says 9009.
 */
export const isNotFound = (status: number | null): boolean => status === 126 || status === 127 || status === 9009;
