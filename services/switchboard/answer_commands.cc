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

constexpr double kLongestRecallSeconds = 600;

struct AnswerOptions {
  std::string name;
  std::string topic;
  std::string language;
  std::string reason;
  std::string worker;
  std::vector<std::string> corrections;  // "en=text"
  int authority_level = 0;
  bool dry_run = false;
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

// False, with the session failed, where one is not "en=text".
bool FillCorrections(Session& session, const AnswerOptions& options, v1::RecallAnswerRequest& request) {
  for (const std::string& correction : options.corrections) {
    const size_t sign = correction.find('=');
    if (sign == std::string::npos) {
      session.Fail(absl::InvalidArgumentError(StrCat("\"", correction, "\" is not of the form en=TEXT")));
      session.exit_code = kExitUsage;
      return false;
    }
    (*request.mutable_corrections())[correction.substr(0, sign)] = correction.substr(sign + 1);
  }
  return true;
}

void PrintRefused(const v1::RecallAnswerResponse::Refused& refused) {
  std::string rules;
  for (const auto& rule : refused.decision().broken_rules()) {
    StrAppend(&rules, rules.empty() ? "" : ", ", rule.rule(), " (", rule.suggestion(), ")");
  }
  std::fprintf(stderr, "%s: %s: %s\n", refused.inquiry().c_str(),
               v1::ReplyDecision::Verdict_Name(refused.decision().verdict()).c_str(), rules.c_str());
}

// Until nothing is left but what the guidelines refuse.
void RecallAnswer(Session& session, const AnswerOptions& options) {
  auto stub = session.Answers();
  if (stub == nullptr) return;
  v1::RecallAnswerRequest request;
  request.set_name(AnswerNameOf(options.name));
  request.set_reason(options.reason);
  request.set_worker(options.worker.starts_with("workers/") ? options.worker : StrCat("workers/", options.worker));
  request.set_authority_level(options.authority_level);
  request.set_dry_run(options.dry_run);
  if (!FillCorrections(session, options, request)) return;
  int64_t corrected = 0;
  v1::RecallAnswerResponse response;
  do {
    response.Clear();
    if (!session.Check(stub->RecallAnswer(session.NewCall(kLongestRecallSeconds).get(), request, &response))) return;
    corrected += response.corrected_count();
    if (session.json()) PrintJson(response);
  } while (response.corrected_count() > 0 && response.remaining_count() > response.refused_size() && !options.dry_run);
  if (response.refused_size() > 0) session.exit_code = kExitRejects;
  if (session.json()) return;
  for (const auto& refused : response.refused()) PrintRefused(refused);
  std::printf("%s %s, %s left\n", options.dry_run ? "would correct" : "corrected", WithCommas(corrected).c_str(),
              WithCommas(response.remaining_count()).c_str());
}

}  // namespace

void AddAnswerCommands(CLI::App& program, Session& session) {
  auto options = std::make_shared<AnswerOptions>();
  CLI::App* answer = program.add_subcommand("answer", "Look at the library of answers, and recall what was wrong");
  answer->require_subcommand(1);
  CLI::App* list =
      answer->add_subcommand("list", "List the whole library, also what is not valid yet, over or recalled");
  list->add_option("-t,--topic", options->topic, "Those about this topic");
  list->add_option("-l,--language", options->language, "Those that have this language (en, fr)");
  list->callback([&session, options] { ListAnswers(session, *options); });
  CLI::App* get = answer->add_subcommand("get", "Show an answer: the version in force, or the one after the @");
  get->add_option("answer", options->name, "Its id: pothole-report or pothole-report@2")->required();
  CLI::App* recall =
      answer->add_subcommand("recall", "Take a wrong version back, and correct every reply that cites it");
  recall->add_option("answer", options->name, "The version: pothole-report@2")->required();
  recall->add_option("-r,--reason", options->reason, "Why; goes on the record of every inquiry")->required();
  recall->add_option("-w,--worker", options->worker, "Who answers for it")->required();
  recall->add_option("--correction", options->corrections,
                     "What the citizens read, as en=TEXT, once for each language; else the version in force");
  recall->add_option("--authority", options->authority_level, "The worker's authority level")->check(CLI::Range(0, 9));
  recall->add_flag("--dry-run", options->dry_run, "Say what would be done, change nothing");
  recall->callback([&session, options] { RecallAnswer(session, *options); });
  get->callback([&session, options] { GetAnswer(session, *options); });
}

}  // namespace switchboard::client
