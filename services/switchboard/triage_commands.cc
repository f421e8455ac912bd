#include <memory>
#include <string>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "common/text/string_view.h"
#include "services/switchboard/commands.h"
#include "services/switchboard/inquiry_reader.h"
#include "services/switchboard/output.h"
#include "services/switchboard/topics_lint_command.h"

namespace switchboard::client {
namespace {

struct SortOptions {
  std::string text, channel = "WEB", language, area, visibility;
};

void PrintSorted(const v1::SortTextResponse& response) {
  const v1::TopicAssignment& topic = response.topic_assignment();
  std::printf("topic     %s, %.0f%% sure%s, by %s\n", ShortName(topic.topic()).c_str(), 100 * topic.confidence(),
              topic.unsure() ? " (too unsure: goes to the general queue)" : "",
              v1::TopicAssignment::Method_Name(topic.method()).c_str());
  if (!topic.runner_up().empty()) {
    std::printf("or else   %s, %.0f%%\n", ShortName(topic.runner_up()).c_str(), 100 * topic.runner_up_confidence());
  }
  std::printf("language  %s\n", response.language().c_str());
  std::printf("goes to   %s, %s%s\n", ShortName(response.queue()).c_str(),
              v1::Priority_Name(response.priority()).c_str(),
              response.route().empty() ? "" : StrCat(", by route ", ShortName(response.route())).c_str());
  if (response.urgency_signals_size() > 0) {
    std::printf("urgent    %s\n", absl::StrJoin(response.urgency_signals(), ", ").c_str());
  }
  if (response.factors_size() == 0) return;
  std::printf("because\n");
  for (const v1::DecidingFactor& factor : response.factors()) {
    std::printf(
        "  %+8.3f  %s%s\n", factor.weight(),
        factor.kind() == v1::DecidingFactor::WORD ? "" : (v1::DecidingFactor::Kind_Name(factor.kind()) + " ").c_str(),
        factor.text().c_str());
  }
}

void Sort(Session& session, const SortOptions& options) {
  v1::SubmitInquiryRequest fields;
  const std::pair<const char*, const std::string*> given[] = {
      {"channel", &options.channel}, {"visibility", &options.visibility}, {"text", &options.text}};
  for (const auto& [name, value] : given) {
    if (value->empty()) continue;
    if (absl::Status status = SetInquiryField(name, *value, fields); !status.ok()) {
      session.Fail(status);
      session.exit_code = kExitUsage;
      return;
    }
  }
  v1::SortTextRequest request;
  request.set_text(options.text);
  request.set_channel(fields.inquiry().channel());
  request.set_visibility(fields.inquiry().visibility());
  request.set_language(options.language);
  request.set_area(options.area);
  auto stub = session.Triage();
  if (stub == nullptr) return;
  v1::SortTextResponse response;
  if (!session.Check(stub->SortText(session.NewCall().get(), request, &response))) return;
  session.json() ? PrintJson(response) : PrintSorted(response);
}

void ListTopics(Session& session) {
  auto stub = session.Triage();
  if (stub == nullptr) return;
  Table table({"TOPIC", "NAME", "THRESHOLD", "EXAMPLES", "RULES"});
  v1::ListTopicsRequest request;
  do {
    v1::ListTopicsResponse response;
    if (!session.Check(stub->ListTopics(session.NewCall().get(), request, &response))) return;
    if (session.json()) PrintJson(response);
    for (const v1::Topic& topic : response.topics()) {
      const auto name = topic.display_names().find("en");
      std::string examples;
      for (const auto& [language, count] :
           std::map<std::string, int>(topic.example_counts().begin(), topic.example_counts().end())) {
        StrAppend(&examples, examples.empty() ? "" : ", ", language, " ", count);
      }
      table.AddRow({ShortName(topic.name()), name == topic.display_names().end() ? "" : name->second,
                    absl::StrFormat("%.2f", topic.threshold()), examples, StrCat(topic.rule_count())});
    }
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  if (!session.json()) table.Print();
}

std::string Conditions(const v1::Route& route) {
  std::vector<std::string> conditions;
  const auto add = [&](const char* name, const auto& values) {
    if (!values.empty()) conditions.push_back(StrCat(name, "=", absl::StrJoin(values, "|")));
  };
  std::vector<std::string> topics, channels;
  for (const std::string& topic : route.topics()) topics.push_back(ShortName(topic));
  for (const int channel : route.channels()) channels.push_back(v1::Channel_Name(channel));
  add("topic", topics);
  add("channel", channels);
  add("language", route.languages());
  add("area", route.areas());
  if (route.visibility() != v1::VISIBILITY_UNSPECIFIED) {
    conditions.push_back(v1::Visibility_Name(route.visibility()));
  }
  return conditions.empty() ? "everything else" : absl::StrJoin(conditions, " ");
}

void ListRoutes(Session& session) {
  auto stub = session.Triage();
  if (stub == nullptr) return;
  Table table({"ROUTE", "QUEUE", "PRIORITY", "OVERFLOW", "WHEN"});
  v1::ListRoutesRequest request;
  do {
    v1::ListRoutesResponse response;
    if (!session.Check(stub->ListRoutes(session.NewCall().get(), request, &response))) return;
    if (session.json()) PrintJson(response);
    for (const v1::Route& route : response.routes()) {
      table.AddRow({ShortName(route.name()), ShortName(route.queue()), v1::Priority_Name(route.priority()),
                    route.overflow_queue().empty()
                        ? "-"
                        : StrCat(ShortName(route.overflow_queue()), " after ", ShortDuration(route.overflow_after())),
                    Conditions(route)});
    }
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  if (!session.json()) table.Print();
}

}  // namespace

void AddSortCommand(CLI::App& parent, const char* name, Session& session) {
  auto options = std::make_shared<SortOptions>();
  CLI::App* sort = parent.add_subcommand(name, "Show what the sorter makes of a text, and why; stores nothing");
  sort->add_option("text", options->text, "The text")->required();
  sort->add_option("-c,--channel", options->channel, "Where it would come from")->capture_default_str();
  sort->add_option("-l,--language", options->language, "Its language, where it is known");
  sort->add_option("--area", options->area, "Part of the territory, for the route");
  sort->add_option("--visibility", options->visibility, "PUBLIC or PRIVATE, for the route");
  sort->callback([&session, options] { Sort(session, *options); });
}

void AddTriageCommands(CLI::App& program, Session& session) {
  AddSortCommand(program, "sort", session);
  CLI::App* topics =
      program.add_subcommand("topics", "List the topics in force, or look for contradictions among them");
  AddTopicsLintCommand(*topics, session);
  topics->callback([&session, topics] {
    if (topics->get_subcommands().empty()) ListTopics(session);
  });
  program.add_subcommand("routes", "List the routes in force, in the order in which they are tried")
      ->callback([&session] { ListRoutes(session); });
}

}  // namespace switchboard::client
