import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Programs in a folder of their own that imitate the real ones, as far as they are used, and record their calls. */
export interface FakeManager {
  /** Must be first in `PATH`. */
  readonly folder: string;
  /** The calls so far: `systemctl --user start x.service`. */
  readonly calls: () => readonly string[];
  /** Lets every call that starts with these words fail with that status and a message on standard error. */
  readonly refuse: (words: string, status?: number) => void;
  /** Forgets the refusals. */
  readonly obey: () => void;
  /** Sets a part of the state: `pid`, `environment`, `linger`, `running`. */
  readonly set: (name: string, text: string) => void;
  readonly knows: (name: string) => boolean;
}

const PREAMBLE = `#!/bin/sh
here=\${0%/*}
printf '%s\\n' "\${0##*/} $*" >> "$here/calls"
while read -r status words; do
  case "$*" in "$words"*) echo "refused: $words" >&2; exit "$status";; esac
done < "$here/refusals"
know() { [ -e "$here/$1" ]; }
`;

const SYSTEMCTL = `${PREAMBLE}
[ "$1" = --version ] && { echo 'systemd 252 (252.38)'; exit 0; }
shift
verb=$1
for unit in "$@"; do :; done
folder=$HOME/.config/systemd/user
case "$verb" in
show)
  [ "$2" = --property=Version ] && { echo Version=252.38-1; exit 0; }
  unit=$2
  if know "loaded-$unit"; then echo "FragmentPath=$folder/$unit"; echo LoadState=loaded; else echo FragmentPath=; echo LoadState=not-found; fi
  if know running; then
    echo ActiveState=active; echo SubState=running; echo "MainPID=$(cat "$here/pid")"
    echo 'ActiveEnterTimestamp=Wed 2026-11-25 15:36:11 UTC'; echo ExecMainStatus=0
  else
    echo ActiveState=inactive; echo SubState=dead; echo MainPID=0; echo ActiveEnterTimestamp=
    echo "ExecMainStatus=$(cat "$here/last" 2>/dev/null || echo 0)"
  fi
  if [ -e "$folder/default.target.wants/$unit" ]; then echo UnitFileState=enabled; else echo UnitFileState=disabled; fi;;
show-environment) cat "$here/environment" 2>/dev/null; exit 0;;
daemon-reload) rm -f "$here"/loaded-*; for file in "$folder"/*.service; do [ -e "$file" ] && touch "$here/loaded-\${file##*/}"; done; exit 0;;
enable) mkdir -p "$folder/default.target.wants"; ln -sf "$folder/$unit" "$folder/default.target.wants/$unit";;
disable) rm -f "$here/running" "$folder/default.target.wants/$unit"; rmdir "$folder/default.target.wants" 2>/dev/null; exit 0;;
start | restart) know "loaded-$unit" || { echo "Unit $unit not found." >&2; exit 5; }; touch "$here/running";;
stop) rm -f "$here/running";;
esac
`;

const LOGINCTL = `${PREAMBLE}
cat "$here/linger" 2>/dev/null || exit 1
`;

/** The entries are lines of the file `journal`, with the number of its line as the cursor of each. */
const JOURNALCTL = `${PREAMBLE}
after=0
for word in "$@"; do case "$word" in --after-cursor=*) after=\${word#--after-cursor=};; esac; done
case " $* " in
*' --follow '*) exec tail -n "+$((after + 1))" -f "$here/journal";;
*' --reverse '*) exec tac "$here/journal";;
*) exec cat "$here/journal";;
esac
`;

const LAUNCHCTL = `${PREAMBLE}
label=$(cat "$here/label")
case "$1" in
print)
  [ "$2" = "gui/501" ] && exit 0
  know loaded || { echo 'Could not find service' >&2; exit 113; }
  printf '%s = {\\n\\tactive count = 1\\n\\tpath = x\\n\\tstate = ' "$2"
  if know running; then printf 'running\\n\\tpid = %s\\n' "$(cat "$here/pid")"; else printf 'not running\\n\\tlast exit code = 1\\n'; fi
  # A moment after it was told to end, it has.
  if know ending; then rm -f "$here/ending" "$here/loaded" "$here/running"; fi
  echo '}';;
print-disabled) printf '\\tdisabled services = {\\n'; know disabled && printf '\\t\\t"%s" => disabled\\n' "$label"; printf '\\t}\\n';;
enable) rm -f "$here/disabled";;
bootstrap) know loaded && { echo 'Bootstrap failed: 5: Input/output error' >&2; exit 5; }; touch "$here/loaded" "$here/running";;
bootout) touch "$here/ending"; echo 'Boot-out failed: 36: Operation now in progress' >&2; exit 36;;
kickstart) touch "$here/running";;
getenv) sed -n "s/^$2=//p" "$here/environment" 2>/dev/null; exit 0;;
esac
exit 0
`;

const PS = `${PREAMBLE}
echo 'Wed Nov 25 15:36:11 2026'
`;

function fakeManager(folder: string, programs: Readonly<Record<string, string>>): FakeManager {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(join(folder, name), text);
    chmodSync(join(folder, name), 0o755);
  }
  const set = (name: string, text: string) => writeFileSync(join(folder, name), text);
  set("calls", "");
  set("refusals", "");
  set("pid", "4242\n");
  set("journal", "");
  const read = (name: string) => readFileSync(join(folder, name), "utf8");
  return {
    folder,
    calls: () => read("calls").split("\n").slice(0, -1),
    refuse: (words, status = 1) => set("refusals", `${read("refusals")}${status} ${words}\n`),
    obey: () => set("refusals", ""),
    set,
    knows: (name) => existsSync(join(folder, name)),
  };
}

/** The systemd of a user without lingering. */
export const fakeSystemd = (home: string): FakeManager =>
  fakeManager(join(home, "fake-systemd"), { systemctl: SYSTEMCTL, loginctl: LOGINCTL, journalctl: JOURNALCTL });

/** launchd with a session of user 501 and one agent. */
export function fakeLaunchd(home: string, label: string): FakeManager {
  const fake = fakeManager(join(home, "fake-launchd"), { launchctl: LAUNCHCTL, ps: PS });
  fake.set("label", label);
  return fake;
}
