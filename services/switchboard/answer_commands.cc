#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "common/text/string_view.h"
#include "services/switchboard/commands.h"
#include "services/switchboard/output.h"

namespace switchboard::client {
namespace {

struct AnswerOptions {
  std::string name;
  std::string topic;
  std::string language;
};

std::string AnswerNameOf(const std::string& name) {
  return name.starts_with("answers/") ? name : StrCat("answers/", name);
}

std::string TopicsOf(const v1::Answer& answer) {
  return absl::StrJoin(answer.topics(), ", ",
                       [](std::string* out, const std::string& topic) { out->append(ShortName(topic)); });
}

// The languages in the order of their codes.
std::vector<std::string> LanguagesOf(const v1::Answer& answer) {
  std::vector<std::string> languages;
  for (const auto& [language, title] : answer.titles()) languages.push_back(language);
  std::sort(languages.begin(), languages.end());
  return languages;
}

void ListAnswers(Session& session, const AnswerOptions& options) {
  auto stub = session.Answers();
  if (stub == nullptr) return;
  v1::ListAnswersRequest request;
  if (!options.topic.empty()) request.set_topic(StrCat("topics/", ShortName(options.topic)));
  request.set_language(options.language);
  Table table({"ANSWER", "VERSION", "TOPICS", "LANGUAGES", "UNTIL", "TITLE"});
  do {
    v1::ListAnswersResponse response;
    if (!session.Check(stub->ListAnswers(session.NewCall().get(), request, &response))) return;
    if (session.json()) PrintJson(response);
    for (const v1::Answer& answer : response.answers()) {
      const std::vector<std::string> languages = LanguagesOf(answer);
      const std::string& shown = options.language.empty() ? languages.front() : options.language;
      table.AddRow({ShortName(answer.name()), StrCat(answer.version(), answer.recalled() ? " recalled" : ""),
                    TopicsOf(answer), absl::StrJoin(languages, " "), ShortTime(answer.valid_until_time()),
                    OneLine(answer.titles().at(shown), 60)});
    }
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  if (!session.json()) table.Print();
}

void PrintAnswer(const v1::Answer& answer) {
  std::printf("%s@%d\n", answer.name().c_str(), answer.version());
  std::printf("  state   %s\n", answer.recalled() ? "recalled" : answer.in_force() ? "in force" : "not in force");
  std::printf("  topics  %s\n", TopicsOf(answer).c_str());
  std::printf("  valid   from %s until %s\n", ShortTime(answer.valid_from_time()).c_str(),
              ShortTime(answer.valid_until_time()).c_str());
  for (const std::string& language : LanguagesOf(answer)) {
    std::printf("\n%s: %s\n%s\n", language.c_str(), answer.titles().at(language).c_str(),
                answer.texts().at(language).c_str());
  }
}

void GetAnswer(Session& session, const AnswerOptions& options) {
  auto stub = session.Answers();
  if (stub == nullptr) return;
  v1::GetAnswerRequest request;
  request.set_name(AnswerNameOf(options.name));
  v1::Answer answer;
  if (!session.Check(stub->GetAnswer(session.NewCall().get(), request, &answer))) return;
  session.json() ? PrintJson(answer) : PrintAnswer(answer);
}

}  // namespace

void AddAnswerCommands(CLI::App& program, Session& session) {
  auto options = std::make_shared<AnswerOptions>();
  CLI::App* answer = program.add_subcommand("answer", "Look at the library of answers");
  answer->require_subcommand(1);
  CLI::App* list = answer->add_subcommand("list", "List the answers in force");
  list->add_option("-t,--topic", options->topic, "Those about this topic");
  list->add_option("-l,--language", options->language, "Those that have this language (en, fr)");
  list->callback([&session, options] { ListAnswers(session, *options); });
  CLI::App* get = answer->add_subcommand("get", "Show an answer: the version in force, or the one after the @");
  get->add_option("answer", options->name, "Its id: pothole-report or pothole-report@2")->required();
  get->callback([&session, options] { GetAnswer(session, *options); });
}

}  // namespace switchboard::client
