import { Argument, Command } from "commander";
import { TrigateError } from "../errors/trigate-error.ts";
import { type CheckIds, candidatesFor } from "./completion-candidates.ts";
import type { Services } from "./services.ts";

/**
 * What each shell has to be told once. All of them ask `trigate completion candidates`, so that the commands and options are
 * written down in one place only, and the checks are those of the workspace in which somebody types.
 */
const SCRIPTS = {
  bash: `# trigate completion for bash; in ~/.bashrc: eval "$(trigate completion bash)"
_trigate() {
  local word
  COMPREPLY=()
  while IFS= read -r word; do COMPREPLY+=("$word"); done < <(
    "\${COMP_WORDS[0]}" completion candidates -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null
  )
}
complete -o bashdefault -o default -F _trigate trigate
`,
  zsh: `#compdef trigate
# trigate completion for zsh; in ~/.zshrc after compinit: eval "$(trigate completion zsh)"
_trigate() {
  local -a found
  found=("\${(@f)$("\${words[1]}" completion candidates -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  found=(\${found:#})
  if (( \${#found} )); then compadd -a found; else _files; fi
}
if [ "\${funcstack[1]}" = "_trigate" ]; then _trigate "$@"; else compdef _trigate trigate; fi
`,
  fish: `# trigate completion for fish; trigate completion fish > ~/.config/fish/completions/trigate.fish
function __trigate_candidates
  set -l words (commandline -opc)
  set -l partial (commandline -ct)
  $words[1] completion candidates -- $words[2..-1] "$partial" 2>/dev/null
end
complete -c trigate -a '(__trigate_candidates)'
`,
  powershell: `# trigate completion for PowerShell; in $PROFILE: trigate completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName trigate -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $words = @($commandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
  $next = if ($wordToComplete -eq '') { @('--next') } else { @() }
  & trigate completion candidates @next -- @words 2>$null |
    ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
}
`,
} as const;
const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;

/** `trigate completion`: what a shell needs to complete this command. */
export function completionCommand(services: () => Promise<Services>): Command {
  const command = new Command("completion")
    .description("print what a shell needs to complete trigate's commands, options and checks")
    .addArgument(new Argument("<shell>", "for which shell").choices(SHELLS))
    .addHelpText("after", '\nExample:\n  eval "$(trigate completion bash)"')
    .action((shell: (typeof SHELLS)[number]) => void process.stdout.write(SCRIPTS[shell]));
  command
    .command("candidates", { hidden: true })
    .description("what could stand in the place of the last word")
    .option("--next", "the last word is over; what could follow it")
    .argument("[words...]")
    .action(async (words: readonly string[], { next }: { next?: true }) => {
      const program = command.parent;
      if (program === null) return;
      const found = await candidatesFor(program, next ? [...words, ""] : words, idsOf(services));
      if (found.length > 0) console.log(found.join("\n"));
    });
  return command;
}

/** While somebody types, a missing or faulty configuration is no news. */
function idsOf(services: () => Promise<Services>): CheckIds {
  return async () => {
    try {
      return (await (await services()).config()).checks.map(({ id }) => id);
    } catch (error) {
      if (error instanceof TrigateError) return [];
      throw error;
    }
  };
}
