#include "services/switchboard/corrections_command.h"

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>

#include "common/text/string_view.h"
#include "services/switchboard/output.h"

namespace switchboard::client {
namespace {

constexpr size_t kShownText = 70;
constexpr int kMostOfCall = 500;

struct ReviewOptions {
  std::vector<std::string> inquiries;
  bool all = false;
  std::string who;
};

std::string TopicOrUnsure(const std::string& topic) { return topic.empty() ? "(unsure)" : ShortName(topic); }

void List(Session& session, bool waiting_only) {
  const auto corrections =
      FetchCorrections(session, waiting_only ? v1::Correction::WAITING : v1::Correction::STATE_UNSPECIFIED);
  if (!corrections) return;
  if (session.json()) {
    for (const v1::Correction& each : *corrections) PrintJson(each);
    return;
  }
  Table table({"INQUIRY", "CORRECTED", "SORTED AS", "TOPIC", "STATE", "BY", "TEXT"});
  for (const v1::Correction& each : *corrections) {
    table.AddRow({ShortName(each.inquiry()), ShortTime(each.correct_time()), TopicOrUnsure(each.sorted_as()),
                  ShortName(each.topic()), v1::Correction::State_Name(each.state()), OneLine(each.reviewed_by(), 20),
                  OneLine(each.text(), kShownText)});
  }
  table.Print();
}

// Nothing where a call failed.
std::optional<std::vector<std::string>> NamesOf(Session& session, const ReviewOptions& options) {
  std::vector<std::string> names;
  for (const std::string& each : options.inquiries) {
    names.push_back(each.starts_with("inquiries/") ? each : StrCat("inquiries/", each));
  }
  if (!options.all) return names;
  const auto waiting = FetchCorrections(session, v1::Correction::WAITING);
  if (!waiting) return std::nullopt;
  for (const v1::Correction& each : *waiting) names.push_back(each.inquiry());
  return names;
}

void Review(Session& session, const ReviewOptions& options, v1::Correction::State state) {
  const auto names = NamesOf(session, options);
  if (!names) return;
  auto stub = session.Models();
  if (stub == nullptr) return;
  v1::ReviewCorrectionsResponse total;
  for (size_t begin = 0; begin < names->size(); begin += kMostOfCall) {
    v1::ReviewCorrectionsRequest request;
    const size_t end = std::min(names->size(), begin + kMostOfCall);
    for (size_t i = begin; i < end; ++i) request.add_inquiries((*names)[i]);
    request.set_state(state);
    request.set_reviewed_by(options.who);
    v1::ReviewCorrectionsResponse response;
    if (!session.Check(stub->ReviewCorrections(session.NewCall().get(), request, &response))) return;
    total.set_reviewed(total.reviewed() + response.reviewed());
  }
  if (session.json()) return PrintJson(total);
  std::printf("%s\n",
              StrCat(total.reviewed(), " of ", names->size(), " are now ", v1::Correction::State_Name(state)).c_str());
}

void AddReview(CLI::App& corrections, Session& session, const char* verb, const char* help,
               v1::Correction::State state) {
  auto options = std::make_shared<ReviewOptions>();
  CLI::App* review = corrections.add_subcommand(verb, help);
  auto* named = review->add_option("inquiries", options->inquiries, "As 'model corrections list' shows them");
  auto* all = review->add_flag("--all", options->all, "Every one that waits");
  named->excludes(all);
  review->add_option("--by", options->who, "Who does it, for the record")->envname("USER");
  review->callback([&session, options, state] {
    if (options->inquiries.empty() && !options->all) {
      return session.Fail(absl::InvalidArgumentError("name at least one inquiry, or say --all"));
    }
    Review(session, *options, state);
  });
}

}  // namespace

std::optional<std::vector<v1::Correction>> FetchCorrections(Session& session, v1::Correction::State state) {
  auto stub = session.Models();
  if (stub == nullptr) return std::nullopt;
  std::vector<v1::Correction> corrections;
  v1::ListCorrectionsRequest request;
  request.set_state(state);
  request.set_page_size(kMostOfCall);
  do {
    v1::ListCorrectionsResponse page;
    if (!session.Check(stub->ListCorrections(session.NewCall().get(), request, &page))) return std::nullopt;
    corrections.insert(corrections.end(), page.corrections().begin(), page.corrections().end());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return corrections;
}

void AddCorrectionsCommand(CLI::App& model, Session& session) {
  CLI::App* corrections =
      model.add_subcommand("corrections", "Review the topics that staff corrected, as examples to learn from");
  corrections->require_subcommand(1);
  auto waiting_only = std::make_shared<bool>(false);
  CLI::App* list = corrections->add_subcommand("list", "List them, the newest inquiry first");
  list->add_flag("--waiting", *waiting_only, "Only those that wait for a review");
  list->callback([&session, waiting_only] { List(session, *waiting_only); });
  AddReview(*corrections, session, "accept", "Have them learnt by every training", v1::Correction::ACCEPTED);
  AddReview(*corrections, session, "reject", "Have them not learnt", v1::Correction::REJECTED);
}

}  // namespace switchboard::client
