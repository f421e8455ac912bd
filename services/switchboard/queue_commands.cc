#include <memory>
#include <string>

#include "absl/strings/str_format.h"
#include "common/text/string_view.h"
#include "services/switchboard/commands.h"
#include "services/switchboard/output.h"

namespace switchboard::client {
namespace {

struct QueueOptions {
  std::string queue;
  std::string reason;
  bool non_empty = false;
};

std::string QueueNameOf(const std::string& queue) {
  return queue.find('/') == std::string::npos ? StrCat("queues/", queue) : queue;
}

void AddQueueRow(Table& table, const v1::Queue& queue) {
  const v1::Queue::Figures& figures = queue.figures();
  table.AddRow({ShortName(queue.name()), WithCommas(queue.received_total()), WithCommas(queue.unsure_total()),
                WithCommas(figures.ready()), WithCommas(figures.leased()), WithCommas(figures.delayed()),
                WithCommas(figures.dead()), ShortDuration(figures.oldest_age()), WithCommas(queue.completed_total()),
                absl::StrFormat("%.1f", queue.in_rate()), absl::StrFormat("%.1f", queue.out_rate()),
                queue.paused() ? StrCat("paused: ", OneLine(queue.pause_reason(), 40)) : ""});
}

Table QueueTable() {
  return Table({"QUEUE", "RECEIVED", "UNSURE", "WAITING", "LEASED", "DELAYED", "DEAD", "OLDEST", "COMPLETED", "IN/S",
                "OUT/S", ""});
}

bool IsEmpty(const v1::Queue& queue) {
  const v1::Queue::Figures& figures = queue.figures();
  return queue.received_total() + queue.completed_total() + figures.ready() + figures.leased() + figures.delayed() +
             figures.dead() ==
         0;
}

void ListQueues(Session& session, const QueueOptions& options) {
  auto stub = session.Operations();
  if (stub == nullptr) return;
  Table table = QueueTable();
  v1::Queue total;
  total.set_name("queues/TOTAL");
  v1::ListQueuesRequest request;
  request.set_fresh(true);
  do {
    v1::ListQueuesResponse response;
    if (!session.Check(stub->ListQueues(session.NewCall().get(), request, &response))) return;
    if (session.json()) PrintJson(response);
    for (const v1::Queue& queue : response.queues()) {
      if (options.non_empty && IsEmpty(queue)) continue;
      AddQueueRow(table, queue);
      const v1::Queue::Figures& from = queue.figures();
      v1::Queue::Figures& sum = *total.mutable_figures();
      sum.set_ready(sum.ready() + from.ready());
      sum.set_leased(sum.leased() + from.leased());
      sum.set_delayed(sum.delayed() + from.delayed());
      sum.set_dead(sum.dead() + from.dead());
      if (from.oldest_age().seconds() > sum.oldest_age().seconds()) *sum.mutable_oldest_age() = from.oldest_age();
      total.set_received_total(total.received_total() + queue.received_total());
      total.set_unsure_total(total.unsure_total() + queue.unsure_total());
      total.set_completed_total(total.completed_total() + queue.completed_total());
      total.set_in_rate(total.in_rate() + queue.in_rate());
      total.set_out_rate(total.out_rate() + queue.out_rate());
    }
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  if (session.json()) return;
  AddQueueRow(table, total);
  table.Print();
}

std::string TargetOf(const google::protobuf::Map<std::string, google::protobuf::Duration>& targets,
                     const std::string& priority) {
  const auto target = targets.find(priority);
  return target == targets.end() ? "-" : ShortDuration(target->second);
}

void PrintQueue(const v1::Queue& queue) {
  Table table = QueueTable();
  AddQueueRow(table, queue);
  table.Print();
  std::printf("\n");
  Table priorities({"PRIORITY", "TARGET", "RESOLUTION", "WAITING", "LEASED", "DELAYED", "DEAD", "OLDEST"});
  for (const v1::Queue::Figures& figures : queue.figures_by_priority()) {
    const std::string& priority = v1::Priority_Name(figures.priority());
    priorities.AddRow({priority, TargetOf(queue.service_levels(), priority),
                       TargetOf(queue.resolution_targets(), priority), WithCommas(figures.ready()),
                       WithCommas(figures.leased()), WithCommas(figures.delayed()), WithCommas(figures.dead()),
                       ShortDuration(figures.oldest_age())});
  }
  priorities.Print();
  if (!queue.calendar().empty()) std::printf("\ntargets count the open hours of %s", queue.calendar().c_str());
  std::printf("\nleases last %s; given up after %d attempts\n", ShortDuration(queue.lease_duration()).c_str(),
              queue.max_attempts());
  if (queue.holders().empty()) return;
  std::printf("\n");
  Table holders({"WORKER", "LEASES", "NEXT EXPIRY"});
  for (const v1::Queue::Holder& holder : queue.holders()) {
    holders.AddRow({ShortName(holder.worker()), WithCommas(holder.leases()), ShortTime(holder.next_expire_time())});
  }
  holders.Print();
}

void ShowQueue(Session& session, const QueueOptions& options) {
  auto stub = session.Operations();
  if (stub == nullptr) return;
  v1::GetQueueRequest request;
  request.set_name(QueueNameOf(options.queue));
  v1::Queue queue;
  if (!session.Check(stub->GetQueue(session.NewCall().get(), request, &queue))) return;
  session.json() ? PrintJson(queue) : PrintQueue(queue);
}

void PauseQueue(Session& session, const QueueOptions& options) {
  auto stub = session.Operations();
  if (stub == nullptr) return;
  v1::PauseQueueRequest request;
  request.set_name(QueueNameOf(options.queue));
  request.set_reason(options.reason);
  v1::Queue queue;
  if (!session.Check(stub->PauseQueue(session.NewCall().get(), request, &queue))) return;
  if (session.json()) return PrintJson(queue);
  std::printf("%s hands nothing out until `switchboard queue resume %s`. Submits are still accepted.\n",
              ShortName(queue.name()).c_str(), ShortName(queue.name()).c_str());
}

void ResumeQueue(Session& session, const QueueOptions& options) {
  auto stub = session.Operations();
  if (stub == nullptr) return;
  v1::ResumeQueueRequest request;
  request.set_name(QueueNameOf(options.queue));
  v1::Queue queue;
  if (!session.Check(stub->ResumeQueue(session.NewCall().get(), request, &queue))) return;
  session.json() ? PrintJson(queue)
                 : static_cast<void>(std::printf("%s hands out again.\n", ShortName(queue.name()).c_str()));
}

struct DeadLetterOptions {
  std::string queue;
  std::string target_queue;
  std::vector<std::string> inquiries;
  int max = 1000;
  bool dry_run = false;
};

void ListDeadLetters(Session& session, const DeadLetterOptions& options) {
  auto stub = session.Operations();
  if (stub == nullptr) return;
  Table table({"INQUIRY", "QUEUE", "TOPIC", "ATTEMPTS", "GIVEN UP", "REASON"});
  v1::ListDeadLettersRequest request;
  if (!options.queue.empty()) request.set_queue(QueueNameOf(options.queue));
  int listed = 0;
  do {
    v1::ListDeadLettersResponse response;
    if (!session.Check(stub->ListDeadLetters(session.NewCall().get(), request, &response))) return;
    if (session.json()) PrintJson(response);
    for (const v1::DeadLetter& letter : response.dead_letters()) {
      table.AddRow({ShortName(letter.inquiry().name()), ShortName(letter.inquiry().queue()),
                    ShortName(letter.inquiry().topic()), StrCat(letter.attempts()),
                    ShortTime(letter.dead_letter_time()), OneLine(letter.reason(), 60)});
      ++listed;
    }
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty() && listed < options.max);
  if (!session.json()) table.Print();
}

void Redrive(Session& session, const DeadLetterOptions& options) {
  auto stub = session.Operations();
  if (stub == nullptr) return;
  v1::RedriveDeadLettersRequest request;
  if (!options.queue.empty()) request.set_queue(QueueNameOf(options.queue));
  if (!options.target_queue.empty()) request.set_target_queue(QueueNameOf(options.target_queue));
  for (const std::string& inquiry : options.inquiries) {
    request.add_inquiries(inquiry.find('/') == std::string::npos ? StrCat("inquiries/", inquiry) : inquiry);
  }
  request.set_max_count(options.max);
  request.set_dry_run(options.dry_run);
  v1::RedriveDeadLettersResponse response;
  if (!session.Check(stub->RedriveDeadLetters(session.NewCall().get(), request, &response))) return;
  if (session.json()) return PrintJson(response);
  std::printf("%s %s back, %s left\n", options.dry_run ? "would put" : "put",
              WithCommas(response.redriven_count()).c_str(), WithCommas(response.remaining_count()).c_str());
}

}  // namespace

void AddQueueCommands(CLI::App& program, Session& session) {
  auto options = std::make_shared<QueueOptions>();
  CLI::App* queue = program.add_subcommand("queue", "Look at queues, pause and resume them");
  queue->require_subcommand(1);
  CLI::App* list = queue->add_subcommand("list", "List the queues with their live figures");
  list->add_flag("--non-empty", options->non_empty, "Only those that ever had something in them");
  list->callback([&session, options] { ListQueues(session, *options); });
  CLI::App* show = queue->add_subcommand("show", "Show one queue: figures by priority, and who holds leases");
  CLI::App* pause = queue->add_subcommand("pause", "Stop handing out from a queue");
  CLI::App* resume = queue->add_subcommand("resume", "Hand out from a queue again");
  for (CLI::App* command : {show, pause, resume}) {
    command->add_option("queue", options->queue, "The queue's id")->required();
  }
  pause->add_option("-r,--reason", options->reason, "Why; shown to everyone who asks the queue for work")->required();
  show->callback([&session, options] { ShowQueue(session, *options); });
  pause->callback([&session, options] { PauseQueue(session, *options); });
  resume->callback([&session, options] { ResumeQueue(session, *options); });
}

void AddDeadLetterCommands(CLI::App& program, Session& session) {
  auto options = std::make_shared<DeadLetterOptions>();
  CLI::App* letters = program.add_subcommand("dead-letters", "Look at what was given up, and put it back");
  letters->require_subcommand(1);
  CLI::App* list = letters->add_subcommand("list", "List what was given up, newest first");
  CLI::App* redrive = letters->add_subcommand("redrive", "Put dead letters back into their queue");
  for (CLI::App* command : {list, redrive}) {
    command->add_option("-q,--queue", options->queue, "Those given up in this queue");
    command->add_option("-n,--max", options->max, "At most so many")->capture_default_str();
  }
  redrive->add_option("inquiries", options->inquiries, "Or these inquiries");
  redrive->add_option("--to", options->target_queue, "Put them into this queue instead of their own");
  redrive->add_flag("--dry-run", options->dry_run, "Say what would be done, change nothing");
  list->callback([&session, options] { ListDeadLetters(session, *options); });
  redrive->callback([&session, options] { Redrive(session, *options); });
}

}  // namespace switchboard::client
