#include <memory>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "common/text/string_view.h"
#include "services/switchboard/commands.h"
#include "services/switchboard/output.h"
#include "services/wire/times.h"

namespace switchboard::client {
namespace {

struct WorkerOptions {
  std::string worker;
  std::vector<std::string> languages;
  std::vector<std::string> trainings;
  std::vector<std::string> queues;
  std::string activity;
  int capacity = 0;
  int authority_level = 0;
  bool give_back = false;
};

std::string WorkerNameOf(const std::string& worker) {
  return worker.starts_with("workers/") ? worker : StrCat("workers/", worker);
}

std::string TrainingText(const v1::Worker::Training& training) {
  const std::string until = training.has_expire_time() ? StrCat(" until ", ShortTime(training.expire_time())) : "";
  return StrCat(training.guideline(), "@", training.major_version(), until);
}

Table WorkerTable() { return Table({"WORKER", "ACTIVITY", "LANGUAGES", "CAPACITY", "AUTHORITY", "TRAINED FOR"}); }

void AddWorkerRow(Table& table, const v1::Worker& worker) {
  std::vector<std::string> trainings;
  for (const v1::Worker::Training& training : worker.trainings()) trainings.push_back(TrainingText(training));
  table.AddRow({ShortName(worker.name()), v1::Worker::Activity_Name(worker.activity()),
                worker.languages().empty() ? "all" : absl::StrJoin(worker.languages(), ","),
                worker.capacity() == 0 ? "any" : WithCommas(worker.capacity()), StrCat(worker.authority_level()),
                trainings.empty() ? "-" : absl::StrJoin(trainings, ", ")});
}

void PrintWorker(const Session& session, const v1::Worker& worker) {
  if (session.json()) return PrintJson(worker);
  Table table = WorkerTable();
  AddWorkerRow(table, worker);
  table.Print();
}

void ListWorkers(Session& session) {
  auto stub = session.Workers();
  if (stub == nullptr) return;
  Table table = WorkerTable();
  v1::ListWorkersRequest request;
  do {
    v1::ListWorkersResponse response;
    if (!session.Check(stub->ListWorkers(session.NewCall().get(), request, &response))) return;
    if (session.json()) PrintJson(response);
    for (const v1::Worker& worker : response.workers()) AddWorkerRow(table, worker);
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  if (!session.json()) table.Print();
}

void GetWorker(Session& session, const WorkerOptions& options) {
  auto stub = session.Workers();
  if (stub == nullptr) return;
  v1::GetWorkerRequest request;
  request.set_name(WorkerNameOf(options.worker));
  v1::Worker worker;
  if (session.Check(stub->GetWorker(session.NewCall().get(), request, &worker))) PrintWorker(session, worker);
}

// "streets@1", "streets@1:2027-01-31".
bool ReadTraining(const std::string& text, v1::Worker::Training& training) {
  const std::pair<std::string, std::string> at = absl::StrSplit(text, absl::MaxSplits('@', 1));
  const std::pair<std::string, std::string> version = absl::StrSplit(at.second, absl::MaxSplits(':', 1));
  int major = 0;
  if (!absl::SimpleAtoi(version.first, &major)) return false;
  training.set_guideline(at.first);
  training.set_major_version(major);
  if (version.second.empty()) return true;
  absl::Time until;
  if (!absl::ParseTime("%Y-%m-%d", version.second, &until, nullptr)) return false;
  wire::SetTime(until, training.mutable_expire_time());
  return true;
}

bool ReadActivity(Session& session, const std::string& text, v1::Worker::Activity* activity) {
  if (v1::Worker::Activity_Parse(absl::AsciiStrToUpper(text), activity)) return true;
  session.Fail(absl::InvalidArgumentError(StrCat("activity \"", text, "\" is none of AVAILABLE, BUSY, AWAY")));
  session.exit_code = kExitUsage;
  return false;
}

void SetWorker(Session& session, const WorkerOptions& options) {
  v1::UpdateWorkerRequest request;
  v1::Worker& worker = *request.mutable_worker();
  worker.set_name(WorkerNameOf(options.worker));
  for (const std::string& language : options.languages) worker.add_languages(language);
  for (const std::string& training : options.trainings) {
    if (ReadTraining(training, *worker.add_trainings())) continue;
    session.Fail(absl::InvalidArgumentError(StrCat("\"", training, "\" is no training such as streets@1:2027-01-31")));
    session.exit_code = kExitUsage;
    return;
  }
  v1::Worker::Activity activity = v1::Worker::AVAILABLE;
  if (!options.activity.empty() && !ReadActivity(session, options.activity, &activity)) return;
  worker.set_activity(activity);
  worker.set_capacity(options.capacity);
  worker.set_authority_level(options.authority_level);
  auto stub = session.Workers();
  if (stub == nullptr) return;
  v1::Worker set;
  if (session.Check(stub->UpdateWorker(session.NewCall().get(), request, &set))) PrintWorker(session, set);
}

void SetActivity(Session& session, const WorkerOptions& options) {
  v1::SetWorkerActivityRequest request;
  request.set_name(WorkerNameOf(options.worker));
  v1::Worker::Activity activity = v1::Worker::AVAILABLE;
  if (!ReadActivity(session, options.activity, &activity)) return;
  request.set_activity(activity);
  request.set_give_back(options.give_back);
  auto stub = session.Workers();
  if (stub == nullptr) return;
  v1::SetWorkerActivityResponse response;
  if (!session.Check(stub->SetWorkerActivity(session.NewCall().get(), request, &response))) return;
  if (session.json()) return PrintJson(response);
  std::printf("%s is %s", ShortName(response.worker().name()).c_str(),
              v1::Worker::Activity_Name(response.worker().activity()).c_str());
  if (options.give_back) std::printf("; %s given back", WithCommas(response.returned_size()).c_str());
  std::printf(".\n");
}

void PrintExplanation(const v1::ExplainWorkerResponse& response) {
  std::printf("%s, holds %s\n", response.registered() ? "registered" : "not registered",
              WithCommas(response.held()).c_str());
  for (const auto& obstacle : response.obstacles()) {
    std::printf("%s: %s\n", v1::ExplainWorkerResponse::Obstacle::Kind_Name(obstacle.kind()).c_str(),
                OneLine(obstacle.detail(), 200).c_str());
  }
  std::printf("\n");
  Table table({"QUEUE", "RECEIVES", "WHY"});
  for (const auto& standing : response.standings()) {
    std::vector<std::string> reasons;
    for (const auto& obstacle : standing.obstacles()) reasons.push_back(OneLine(obstacle.detail(), 100));
    table.AddRow({ShortName(standing.queue()), standing.would_receive() ? "yes" : "no", absl::StrJoin(reasons, "; ")});
  }
  table.Print();
}

void ExplainWorker(Session& session, const WorkerOptions& options) {
  auto stub = session.Workers();
  if (stub == nullptr) return;
  v1::ExplainWorkerRequest request;
  request.set_name(WorkerNameOf(options.worker));
  for (const std::string& queue : options.queues) {
    request.add_queues(queue.find('/') == std::string::npos ? StrCat("queues/", queue) : queue);
  }
  v1::ExplainWorkerResponse response;
  if (!session.Check(stub->ExplainWorker(session.NewCall().get(), request, &response))) return;
  session.json() ? PrintJson(response) : PrintExplanation(response);
}

void DeleteWorker(Session& session, const WorkerOptions& options) {
  auto stub = session.Workers();
  if (stub == nullptr) return;
  v1::DeleteWorkerRequest request;
  request.set_name(WorkerNameOf(options.worker));
  google::protobuf::Empty empty;
  if (!session.Check(stub->DeleteWorker(session.NewCall().get(), request, &empty))) return;
  if (!session.json()) std::printf("%s is forgotten.\n", options.worker.c_str());
}

}  // namespace

void AddWorkerCommands(CLI::App& program, Session& session) {
  auto options = std::make_shared<WorkerOptions>();
  CLI::App* worker = program.add_subcommand("worker", "Look at members of staff and register them");
  worker->require_subcommand(1);
  worker->footer(
      "Examples:\n"
      "  switchboard worker set marie -l fr -t streets@1:2027-01-31 --capacity 5\n"
      "  switchboard worker explain marie -q roads          # why it is handed nothing\n"
      "  switchboard worker activity marie AWAY --give-back");
  CLI::App* list = worker->add_subcommand("list", "List the registered workers");
  CLI::App* get = worker->add_subcommand("get", "Show one worker");
  CLI::App* set = worker->add_subcommand("set", "Register a worker, or replace all that is said of one");
  CLI::App* activity = worker->add_subcommand("activity", "Say whether a worker is there");
  CLI::App* explain = worker->add_subcommand("explain", "Say why a worker is handed nothing");
  CLI::App* forget = worker->add_subcommand("delete", "Forget a worker");
  for (CLI::App* command : {get, set, activity, explain, forget}) {
    command->add_option("worker", options->worker, "The worker's id")->required();
  }
  set->add_option("-l,--language", options->languages, "What it answers in; by default all");
  set->add_option("-t,--trained", options->trainings, "GUIDELINE@MAJOR or GUIDELINE@MAJOR:DAY; may be repeated");
  set->add_option("-a,--activity", options->activity, "AVAILABLE (the default), BUSY or AWAY");
  set->add_option("-c,--capacity", options->capacity, "How many it may hold at once; by default any number");
  set->add_option("--authority", options->authority_level, "Its authority level, 0 to 9");
  activity->add_option("activity", options->activity, "AVAILABLE, BUSY or AWAY")->required();
  activity->add_flag("--give-back", options->give_back, "With AWAY: return what it holds at once");
  explain->add_option("-q,--queue", options->queues, "Of these queues only");
  list->callback([&session] { ListWorkers(session); });
  get->callback([&session, options] { GetWorker(session, *options); });
  set->callback([&session, options] { SetWorker(session, *options); });
  activity->callback([&session, options] { SetActivity(session, *options); });
  explain->callback([&session, options] { ExplainWorker(session, *options); });
  forget->callback([&session, options] { DeleteWorker(session, *options); });
}

}  // namespace switchboard::client
