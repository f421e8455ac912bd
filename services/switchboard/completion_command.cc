#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "common/text/string_view.h"
#include "services/switchboard/commands.h"

namespace switchboard::client {
namespace {

// What may follow one command: its subcommands and flags.
struct Words {
  std::string path;  // "queue list"; empty for the program itself
  std::vector<std::string> words;
};

void Collect(const CLI::App& app, const std::string& path, std::vector<Words>& all) {
  Words words{path, {}};
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    words.words.push_back(command->get_name());
  }
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) words.words.push_back("--" + name);
  }
  all.push_back(std::move(words));
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    Collect(*command, path.empty() ? command->get_name() : StrCat(path, " ", command->get_name()), all);
  }
}

// `complete -F` looks the words before the cursor up, flags left out; bash and zsh (through bashcompinit) share it.
std::string BashScript(const std::vector<Words>& all) {
  std::string script =
      "_switchboard() {\n"
      "  local path='' word i\n"
      "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
      "    word=${COMP_WORDS[i]}\n"
      "    [[ $word == -* ]] || path=\"${path:+$path }$word\"\n"
      "  done\n"
      "  local words=''\n"
      "  while :; do\n"
      "    case \"$path\" in\n";
  for (const Words& words : all) {
    StrAppend(&script, "      '", words.path, "') words='", absl::StrJoin(words.words, " "), "'; break ;;\n");
  }
  StrAppend(&script,
            "    esac\n"
            "    [[ $path == *' '* ]] && path=${path% *} || path=''\n"
            "  done\n"
            "  COMPREPLY=($(compgen -W \"$words\" -- \"${COMP_WORDS[COMP_CWORD]}\"))\n"
            "  [[ ${#COMPREPLY[@]} -gt 0 ]] || COMPREPLY=($(compgen -f -- \"${COMP_WORDS[COMP_CWORD]}\"))\n"
            "}\n"
            "complete -F _switchboard switchboard\n");
  return script;
}

std::string FishScript(const std::vector<Words>& all) {
  std::string script;
  for (const Words& words : all) {
    const std::string condition =
        words.path.empty() ? "__fish_use_subcommand"
                           : StrCat("__fish_seen_subcommand_from ", words.path.substr(words.path.rfind(' ') + 1));
    for (const std::string& word : words.words) {
      const bool flag = word.starts_with("--");
      StrAppend(&script, "complete -c switchboard -n '", condition, "' ",
                flag ? StrCat("-l ", word.substr(2)) : StrCat("-f -a ", word), "\n");
    }
  }
  return script;
}

}  // namespace

void AddCompletionCommand(CLI::App& program) {
  auto shell = std::make_shared<std::string>();
  CLI::App* command = program.add_subcommand("completion", "Print a completion script for a shell");
  command->add_option("shell", *shell, "bash, zsh or fish")->required()->check(CLI::IsMember({"bash", "zsh", "fish"}));
  command->footer("Example:\n  source <(switchboard completion bash)");
  command->callback([&program, shell] {
    std::vector<Words> all;
    Collect(program, "", all);
    const std::string script = *shell == "fish"  ? FishScript(all)
                               : *shell == "zsh" ? "autoload -U +X bashcompinit && bashcompinit\n" + BashScript(all)
                                                 : BashScript(all);
    std::fputs(script.c_str(), stdout);
  });
}

}  // namespace switchboard::client
