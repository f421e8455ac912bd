#include <chrono>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/ascii.h"
#include "common/text/string_view.h"
#include "common/time/clock.h"
#include "services/switchboard/commands.h"
#include "services/switchboard/output.h"
#include "services/switchboard/workbench.h"

namespace switchboard::client {
namespace {

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

bool NothingWaits(Session& session, const std::vector<std::string>& queues) {
  const auto figures = FetchQueues(session, queues);
  if (!figures.has_value()) return true;
  return std::all_of(figures->begin(), figures->end(),
                     [](const v1::Queue& queue) { return queue.paused() || queue.figures().ready() == 0; });
}

// Shows progress, and stops the bench when nothing waits any more.
void Watch(Session& session, Workbench& bench, const WorkOptions& options, const std::vector<std::string>& queues,
           const Clock& clock) {
  Progress progress("completed", options.count, clock.Now());
  while (!bench.finished()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    progress.Update(bench.tally().completed, clock.Now());
    if (options.until_empty && bench.IdleFor() > absl::Milliseconds(500) && NothingWaits(session, queues)) {
      bench.Stop();
    }
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

void Work(Session& session, const WorkOptions& options) {
  WorkbenchOptions bench_options;
  for (const std::string& queue : options.queues) {
    bench_options.queues.push_back(queue.find('/') == std::string::npos ? StrCat("queues/", queue) : queue);
  }
  if (bench_options.queues.empty()) {
    const auto all = FetchQueues(session, {});
    if (!all.has_value()) return;
    for (const v1::Queue& queue : *all) bench_options.queues.push_back(queue.name());
  }
  if (!v1::Disposition_Parse(absl::AsciiStrToUpper(options.disposition), &bench_options.disposition)) {
    session.Fail(absl::InvalidArgumentError(StrCat("disposition \"", options.disposition, "\" is unknown")));
    session.exit_code = kExitUsage;
    return;
  }
  bench_options.worker = StrCat("workers/", options.worker);
  bench_options.languages = options.languages;
  bench_options.reason = options.reason;
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
  Watch(session, bench, options, bench_options.queues, clock);
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
  command->add_option("-n,--count", options->count, "Stop after so many; by default at Ctrl-C");
  command->add_flag("--until-empty", options->until_empty, "Stop when nothing waits");
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
