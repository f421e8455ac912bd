#include <chrono>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_join.h"
#include "common/text/string_view.h"
#include "common/time/clock.h"
#include "services/switchboard/commands.h"
#include "services/switchboard/output.h"
#include "services/switchboard/workbench.h"
#include "services/wire/field_checks.h"

namespace switchboard::client {
namespace {

// Without anything handed out for so long: whether something waits at all, and why it is not handed out, is asked. A
// worker whom nothing is known to hinder goes on until the last.
constexpr absl::Duration kAskAfter = absl::Milliseconds(500);
constexpr absl::Duration kExplainAfter = absl::Seconds(2);
constexpr absl::Duration kLongestIdle = absl::Seconds(10);

struct WorkOptions {
  std::vector<std::string> queues;
  std::vector<std::string> languages;
  std::string worker = "cli";
  std::string disposition = "ANSWERED";
  std::string reason;
  std::string results_file;
  int streams = 1;
  int credit = 100;
  int64_t count = 0;
  double think_seconds = 0;
  bool until_empty = false;
};

// The figures of the queues in `wanted` (all where it is empty); nothing on an error, which is told.
std::optional<std::vector<v1::Queue>> FetchQueues(Session& session, const std::vector<std::string>& wanted) {
  auto stub = session.Operations();
  if (stub == nullptr) return std::nullopt;
  std::vector<v1::Queue> queues;
  v1::ListQueuesRequest request;
  request.set_fresh(true);
  do {
    v1::ListQueuesResponse response;
    if (!session.Check(stub->ListQueues(session.NewCall().get(), request, &response))) return std::nullopt;
    for (v1::Queue& queue : *response.mutable_queues()) {
      if (wanted.empty() || std::find(wanted.begin(), wanted.end(), queue.name()) != wanted.end()) {
        queues.push_back(std::move(queue));
      }
    }
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  return queues;
}

// Those of `queues` where something waits to be handed out; nothing on an error, which is told.
std::optional<std::vector<v1::Queue>> WaitingQueues(Session& session, const std::vector<std::string>& queues) {
  auto waiting = FetchQueues(session, queues);
  if (waiting.has_value()) {
    std::erase_if(*waiting, [](const v1::Queue& queue) { return queue.paused() || queue.figures().ready() == 0; });
  }
  return waiting;
}

// What the server says of the worker; empty where it does not.
v1::ExplainWorkerResponse Explain(Session& session, const std::string& worker) {
  v1::ExplainWorkerResponse explanation;
  v1::ExplainWorkerRequest request;
  request.set_name(worker);
  const auto stub = session.Workers();
  if (stub != nullptr && !stub->ExplainWorker(session.NewCall().get(), request, &explanation).ok()) explanation.Clear();
  return explanation;
}

// Why nothing of the queue is handed out; "" where that is not known, or something would be.
std::string WhyNothingOf(const std::string& queue, const v1::ExplainWorkerResponse& explanation) {
  using Obstacle = v1::ExplainWorkerResponse::Obstacle;
  std::vector<std::string> reasons;
  const auto add = [&reasons](const Obstacle& obstacle) {
    // These hinder no claim, or were seen before what waits there came.
    if (obstacle.kind() == Obstacle::CERTIFICATION_STALE || obstacle.kind() == Obstacle::CERTIFICATION_EXPIRED ||
        obstacle.kind() == Obstacle::QUEUE_EMPTY) {
      return;
    }
    reasons.push_back(OneLine(obstacle.detail(), 200));
  };
  for (const Obstacle& obstacle : explanation.obstacles()) add(obstacle);
  for (const auto& standing : explanation.standings()) {
    if (standing.queue() != queue) continue;
    if (standing.would_receive()) return "";
    for (const Obstacle& obstacle : standing.obstacles()) add(obstacle);
  }
  return absl::StrJoin(reasons, "; ");
}

// True where nothing more will be handed out, after nothing was for so long. What waits all the same is told, and why.
bool NothingToHandOut(Session& session, const WorkbenchOptions& bench, absl::Duration idle) {
  const auto waiting = WaitingQueues(session, bench.queues);
  if (!waiting.has_value() || waiting->empty()) return true;
  if (idle < kExplainAfter) return false;
  std::vector<std::string> warnings;
  for (const std::string& worker : WorkersOf(bench)) {
    const v1::ExplainWorkerResponse explanation = Explain(session, worker);
    for (const v1::Queue& queue : *waiting) {
      const std::string why = WhyNothingOf(queue.name(), explanation);
      if (why.empty() && idle < kLongestIdle) return false;
      warnings.push_back(StrCat(WithCommas(queue.figures().ready()), " in ", ShortName(queue.name()), " not handed to ",
                                ShortName(worker), ": ",
                                why.empty() ? StrCat("nothing came for ", absl::FormatDuration(kLongestIdle)) : why));
    }
  }
  for (const std::string& warning : warnings) session.Warn(warning);
  return true;
}

// Shows progress, and stops the bench when nothing is handed out any more.
void Watch(Session& session, Workbench& bench, const WorkOptions& options, const WorkbenchOptions& bench_options,
           const Clock& clock) {
  Progress progress("completed", options.count, clock.Now());
  bool stopped = false;
  while (!bench.finished()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    progress.Update(bench.tally().completed, clock.Now());
    if (!options.until_empty || stopped) continue;
    const absl::Duration idle = bench.IdleFor();
    if (idle <= kAskAfter || !NothingToHandOut(session, bench_options, idle)) continue;
    bench.Stop();
    stopped = true;
  }
  progress.Finish();
}

void PrintTally(const Session& session, const WorkTally& tally, absl::Duration took) {
  const double seconds = absl::ToDoubleSeconds(took);
  if (session.json()) {
    const nlohmann::json json{
        {"claimed", tally.claimed},         {"completed", tally.completed},      {"lost", tally.lost},
        {"redelivered", tally.redelivered}, {"completed_twice", tally.repeated}, {"seconds", seconds}};
    std::printf("%s\n", json.dump().c_str());
    return;
  }
  std::printf("%s claimed, %s completed, %s leases lost, %s handed out before, in %.1f s (%s/s)\n",
              WithCommas(tally.claimed).c_str(), WithCommas(tally.completed).c_str(), WithCommas(tally.lost).c_str(),
              WithCommas(tally.redelivered).c_str(), seconds,
              WithCommas(static_cast<int64_t>(static_cast<double>(tally.completed) / std::max(seconds, 1e-3))).c_str());
}

// Reads what every inquiry is settled with. False, with the session failed, where the server would refuse it.
bool ReadSettlement(Session& session, const WorkOptions& options, WorkbenchOptions& bench) {
  std::string mistake;
  const std::string name = absl::AsciiStrToUpper(options.disposition);
  if (!v1::Disposition_Parse(name, &bench.disposition) || bench.disposition == v1::DISPOSITION_UNSPECIFIED) {
    mistake = StrCat("disposition \"", options.disposition, "\" is unknown");
  }
  const bool without_reply = bench.disposition == v1::LEFT_TO_STAND || bench.disposition == v1::MONITORED;
  if (without_reply && wire::IsBlank(options.reason)) mistake = StrCat(name, " needs a reason: give --reason");
  bench.reason = options.reason;
  if (mistake.empty()) return true;
  session.Fail(absl::InvalidArgumentError(mistake));
  session.exit_code = kExitUsage;
  return false;
}

void Work(Session& session, const WorkOptions& options) {
  WorkbenchOptions bench_options;
  if (!ReadSettlement(session, options, bench_options)) return;
  for (const std::string& queue : options.queues) {
    bench_options.queues.push_back(queue.find('/') == std::string::npos ? StrCat("queues/", queue) : queue);
  }
  if (bench_options.queues.empty()) {
    const auto all = FetchQueues(session, {});
    if (!all.has_value()) return;
    for (const v1::Queue& queue : *all) bench_options.queues.push_back(queue.name());
  }
  bench_options.worker = StrCat("workers/", options.worker);
  bench_options.languages = options.languages;
  bench_options.streams = options.streams;
  bench_options.credit = options.credit;
  bench_options.count = options.count;
  bench_options.think_time = absl::Seconds(options.think_seconds);

  auto stub = session.Frontline();
  if (stub == nullptr) return;
  std::ofstream results;
  if (!options.results_file.empty()) results.open(options.results_file, std::ios::trunc);
  SystemClock clock;
  const absl::Duration start = clock.Elapsed();
  Workbench bench(*stub, clock, bench_options, [&](const v1::Inquiry& inquiry) {
    if (results.is_open()) results << inquiry.name() << '\n';
  });
  WorkTally tally;
  std::thread run([&] { tally = bench.Run(); });
  Watch(session, bench, options, bench_options, clock);
  run.join();
  PrintTally(session, tally, clock.Elapsed() - start);
  if (!tally.status.ok()) session.Fail(tally.status);
}

}  // namespace

void AddWorkCommand(CLI::App& program, Session& session) {
  auto options = std::make_shared<WorkOptions>();
  CLI::App* command = program.add_subcommand("work", "Claim and complete inquiries, for trying and for load");
  command->footer(
      "Examples:\n"
      "  switchboard work --count 10                       # ten, from any queue\n"
      "  switchboard work -q roads -q water --until-empty  # until nothing waits in two queues");
  command->add_option("-q,--queue", options->queues, "Queues to take from; by default all");
  command->add_option("-l,--language", options->languages, "Languages of the worker; by default all");
  command->add_option("-w,--worker", options->worker, "Who works")->capture_default_str();
  command
      ->add_option("-d,--disposition", options->disposition,
                   "ANSWERED, FACTS_FIXED, RESTORED, LEFT_TO_STAND, MONITORED, REFERRED or DUPLICATE")
      ->capture_default_str();
  command->add_option("-r,--reason", options->reason, "Why; goes on the record");
  command->add_option("-n,--count", options->count, "Stop after so many; by default at Ctrl-C")
      ->check(CLI::NonNegativeNumber);
  command->add_flag("--until-empty", options->until_empty, "Stop when nothing waits that this worker is handed");
  command->add_option("--streams", options->streams, "Workers at a time")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  command->add_option("--credit", options->credit, "Leases in hand, each worker")
      ->check(CLI::Range(1, 10000))
      ->capture_default_str();
  command->add_option("--think", options->think_seconds, "Seconds a worker takes for what is handed out at a time");
  command->add_option("--results", options->results_file, "Where the names of the completed inquiries go");
  command->callback([&session, options] { Work(session, *options); });
}

}  // namespace switchboard::client
