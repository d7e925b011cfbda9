/** The completion scripts. They know nothing of taskbatch: at each Tab they ask it (`answer-shell.ts`). */
import { askWord } from './ask-word.js';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

const bash = `# bash completion for taskbatch: add to ~/.bashrc
#   eval "$(taskbatch completion bash)"
_taskbatch() {
  local line value cursor at words=() paths=
  # Bash takes words apart at "=", which belongs to ours: --flag=value.
  for ((at = 1; at <= COMP_CWORD; at++)); do
    line=\${COMP_WORDS[at]}
    if [[ $line == "=" || \${COMP_WORDS[at - 1]} == "=" ]] && ((\${#words[@]} > 0)); then
      words[\${#words[@]} - 1]+=$line
    else
      words+=("$line")
    fi
  done
  cursor=\${COMP_WORDS[COMP_CWORD]}
  [[ $cursor == "=" ]] && cursor=
  local plain=\${cursor#[\\"\\']}
  local quoted=; [[ $plain != "$cursor" ]] && quoted=1
  plain=\${plain//\\\\/}
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :files) paths=default ;;
      :folders) paths=dirnames ;;
      *)
        value=\${line%%$'\\t'*}
        [[ $value == "$plain"* ]] || continue
        if [[ -n $quoted ]]; then COMPREPLY+=("$value"); else COMPREPLY+=("$(printf %q "$value")"); fi
        ;;
    esac
  done < <(taskbatch ${askWord} "\${words[@]}" 2>/dev/null)
  if ((\${#COMPREPLY[@]} == 0)) && [[ -n $paths ]]; then compopt -o "$paths" 2>/dev/null; fi
}
complete -F _taskbatch taskbatch
`;

const zsh = `#compdef taskbatch
# zsh completion for taskbatch: add to ~/.zshrc, below compinit
#   eval "$(taskbatch completion zsh)"
_taskbatch() {
  local line paths=
  local -a candidates
  local -a typed=("\${(@Q)words[2,CURRENT]}")
  for line in "\${(@f)$(taskbatch ${askWord} "\${typed[@]}" 2>/dev/null)}"; do
    case $line in
      '') ;;
      :files) paths=_files ;;
      :folders) paths='_files -/' ;;
      *) candidates+=("\${\${line%%$'\\t'*}//:/\\\\:}\${\${line#*$'\\t'}:+:\${line#*$'\\t'}}") ;;
    esac
  done
  [[ \${typed[-1]} == --*=* ]] && compset -P '*='
  (( $#candidates )) && _describe -V taskbatch candidates
  [[ -n $paths ]] && \${=paths}
}
if [[ $funcstack[1] == _taskbatch ]]; then _taskbatch "$@"; else compdef _taskbatch taskbatch; fi
`;

const fish = `# fish completion for taskbatch
#   taskbatch completion fish > ~/.config/fish/completions/taskbatch.fish
function __taskbatch_complete
    set -l typed (commandline -ct)
    set -l words (commandline -opc) $typed
    test -z "$typed"; and set words (commandline -opc) ''
    set -l before (string match -r -- '^--[\\w-]+=' $typed)
    for line in (taskbatch ${askWord} $words[2..-1] 2>/dev/null)
        switch $line
            case ':files'
                __fish_complete_path (string replace -- "$before" '' $typed)
            case ':folders'
                __fish_complete_directories (string replace -- "$before" '' $typed)
            case '*'
                printf '%s\\n' "$before$line"
        end
    end
end
complete -c taskbatch -f -a '(__taskbatch_complete)'
`;

export const completionScripts: Readonly<Record<Shell, string>> = { bash, zsh, fish };
