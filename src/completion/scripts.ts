export const COMPLETED_SHELLS = ["bash", "zsh", "fish", "powershell"] as const;

export type CompletedShell = (typeof COMPLETED_SHELLS)[number];

/**
 * The script that a shell reads. It holds no command and no flag: at each Tab it asks the program, which is never older
 * than itself. `asking`: the words that do, quoted for the
 * shell.
 * @source the manuals of bash 5.2, zsh 5.9, fish 3.6 and PowerShell 7: "Programmable Completion", "zshcompwid", "complete",
 * "Register-ArgumentCompleter".
 */
export const completionScript = (shell: CompletedShell, asking: string): string => SCRIPTS[shell](asking);

const SCRIPTS: Readonly<Record<CompletedShell, (asking: string) => string>> = {
  bash: (asking) => `# bash completion for openclaw
_openclaw_complete() {
  local mode= line mark
  COMPREPLY=()
  while IFS= read -r line; do
    if [ -z "$mode" ]; then mode=$line; continue; fi
    mark=\${line:0:1}
    COMPREPLY+=("\${line:1}")
  done < <(${asking} bash "\${COMP_LINE:0:COMP_POINT}" "$COMP_WORDBREAKS" 2>/dev/null)
  case $mode in
    files) compopt -o default 2>/dev/null ;;
    folders) compopt -o dirnames 2>/dev/null ;;
  esac
  if [ "\${#COMPREPLY[@]}" -eq 1 ] && [ "$mark" = + ]; then compopt -o nospace 2>/dev/null; fi
}
complete -F _openclaw_complete openclaw
`,
  zsh: (asking) => `#compdef openclaw
# zsh completion for openclaw
_openclaw() {
  local line text mode
  local -a asked ended open
  asked=(\${(f)"$(${asking} zsh "+\${(Q)PREFIX}" "\${(@Q)words[2,CURRENT-1]}" 2>/dev/null)"})
  mode=$asked[1]
  for line in "\${(@)asked[2,-1]}"; do
    text=\${line[2,-1]//:/\\\\:}
    text=\${text/$'\\t'/:}
    if [[ $line == +* ]]; then open+=("$text"); else ended+=("$text"); fi
  done
  case $mode in
    files) _files; return ;;
    folders) _files -/; return ;;
  esac
  local found=1
  (( $#ended )) && _describe -t openclaw openclaw ended && found=0
  (( $#open )) && _describe -t openclaw openclaw open -S '' && found=0
  return found
}
if ! (( $+functions[compdef] )); then autoload -Uz compinit && compinit; fi
if [[ \${funcstack[1]-} == _openclaw ]]; then _openclaw "$@"; else compdef _openclaw openclaw; fi
`,
  fish: (asking) => `# fish completion for openclaw
function __openclaw_complete
    set -l words (commandline -opc)
    set -l asked (${asking} fish "+"(commandline -ct | string collect) $words[2..-1] 2>/dev/null)
    switch "$asked[1]"
        case files
            __fish_complete_path (commandline -ct)
        case folders
            __fish_complete_directories (commandline -ct)
        case '*'
            for line in $asked[2..-1]
                string sub --start 2 -- $line
            end
    end
end
complete --command openclaw --no-files --arguments '(__openclaw_complete)'
`,
  powershell: (asking) => `# PowerShell completion for openclaw
Register-ArgumentCompleter -Native -CommandName openclaw -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $words = @($commandAst.CommandElements | Select-Object -Skip 1 | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
    ForEach-Object { if ($_ -is [System.Management.Automation.Language.StringConstantExpressionAst]) { $_.Value } else { $_.Extent.Text } })
  $current = "$wordToComplete" -replace "^['""]|['""]$", ''
  $asked = @(& ${asking} powershell "+$current" @words 2>$null)
  $asked | Select-Object -Skip 1 | ForEach-Object {
    $text, $description = $_.Substring(1) -split "\`t", 2
    $inserted = if ($text -match '^[\\w./:@%+=-]+$' -and $text -notmatch '^@') { $text } else { "'" + ($text -replace "'", "''") + "'" }
    $tip = if ($description) { $description } else { $text }
    [System.Management.Automation.CompletionResult]::new($inserted, $text, 'ParameterValue', $tip)
  }
}
`,
};
