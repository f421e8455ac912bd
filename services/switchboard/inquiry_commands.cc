#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_join.h"
#include "common/ids/uuid.h"
#include "common/text/duration.h"
#include "common/text/string_view.h"
#include "services/switchboard/commands.h"
#include "services/switchboard/inquiry_reader.h"
#include "services/switchboard/output.h"

namespace switchboard::client {
namespace {

struct InquiryOptions {
  std::string name;
  std::string state, queue, topic, channel, event;
  std::string text, reason, request_id, worker;
  int max = 50;
  double interval_seconds = 1;
};

std::string InquiryNameOf(const std::string& name) {
  return name.find('/') == std::string::npos ? StrCat("inquiries/", name) : name;
}

std::string Describe(const v1::Event& event) {
  std::string text = v1::Event::Kind_Name(event.kind());
  if (!event.queue().empty()) StrAppend(&text, " in ", ShortName(event.queue()));
  if (!event.worker().empty()) StrAppend(&text, " by ", ShortName(event.worker()));
  if (!event.topic().empty()) StrAppend(&text, " as ", ShortName(event.topic()));
  if (event.disposition() != v1::DISPOSITION_UNSPECIFIED) {
    StrAppend(&text, " ", v1::Disposition_Name(event.disposition()));
  }
  if (!event.reason().empty()) StrAppend(&text, ": ", OneLine(event.reason(), 100));
  return text;
}

void PrintEvent(const v1::Event& event) {
  std::printf("  %s  %s\n", ShortTime(event.time()).c_str(), Describe(event).c_str());
}

// " by anna under streets@1.0, from answers/pothole-report@2", as far as it is a reply.
std::string CitedBy(const v1::Message& message) {
  std::string text;
  if (!message.worker().empty()) StrAppend(&text, " by ", ShortName(message.worker()));
  if (message.visibility() == v1::PRIVATE) StrAppend(&text, ", private");
  if (!message.guidelines().empty()) StrAppend(&text, ", under ", absl::StrJoin(message.guidelines(), " "));
  if (!message.answers().empty()) StrAppend(&text, ", from ", absl::StrJoin(message.answers(), " "));
  if (!message.corrected_answer().empty()) StrAppend(&text, ", corrects ", message.corrected_answer());
  return text;
}

// "40h", "7h30m", "12m": a day of somebody's work has no 24 hours.
std::string WorkInWords(absl::Duration work) {
  absl::Duration rest;
  const int64_t hours = absl::IDivDuration(work, absl::Hours(1), &rest);
  const std::string minutes = rest < absl::Minutes(1) && hours > 0 ? "" : DurationToText(rest);
  return hours == 0 ? minutes : StrCat(hours, "h", minutes);
}

// "20h", or "20h (4h of city-hall)" where a calendar counts.
std::string TimeOf(const google::protobuf::Duration& wall, const google::protobuf::Duration& business,
                   const std::string& calendar) {
  const auto length_of = [](const google::protobuf::Duration& duration) {
    return absl::AbsDuration(absl::Seconds(duration.seconds()));
  };
  std::string text = DurationToText(length_of(wall));
  if (!calendar.empty()) StrAppend(&text, " (", WorkInWords(length_of(business)), " of ", calendar, ")");
  return text;
}

// "running for 20h, 4h left", "stopped at … after 20h, 4h late".
std::string StandOf(const v1::Clock& clock) {
  const std::string elapsed = TimeOf(clock.elapsed(), clock.business_elapsed(), clock.calendar());
  const bool stopped = clock.has_stop_time();
  std::string text =
      stopped ? StrCat("stopped ", ShortTime(clock.stop_time()), " after ", elapsed) : StrCat("running for ", elapsed);
  if (!clock.has_due_time()) return text;
  const bool late = clock.remaining().seconds() < 0 || clock.remaining().nanos() < 0;
  const std::string remaining = TimeOf(clock.remaining(), clock.business_remaining(), clock.calendar());
  return StrCat(text, ", ", remaining, late ? " late" : stopped ? " to spare" : " left");
}

void PrintClock(const v1::Clock& clock) {
  std::string text = v1::Clock::Kind_Name(clock.kind());
  if (!clock.topic().empty()) StrAppend(&text, " for ", ShortName(clock.topic()));
  if (clock.has_due_time()) StrAppend(&text, ", due ", ShortTime(clock.due_time()));
  StrAppend(&text, ", ", StandOf(clock));
  if (clock.outcome() != v1::STATUTORY_OUTCOME_UNSPECIFIED) {
    StrAppend(&text, " ", v1::StatutoryOutcome_Name(clock.outcome()));
  }
  std::printf("  clock     %s\n", text.c_str());
}

void PrintInquiry(const v1::GetInquiryResponse& response) {
  const v1::Inquiry& inquiry = response.inquiry();
  const v1::TopicAssignment& topic = inquiry.topic_assignment();
  std::printf("%s\n", inquiry.name().c_str());
  std::printf("  state     %s%s, %d attempts\n", v1::Inquiry::State_Name(inquiry.state()).c_str(),
              inquiry.disposition() == v1::DISPOSITION_UNSPECIFIED
                  ? ""
                  : StrCat(" ", v1::Disposition_Name(inquiry.disposition())).c_str(),
              inquiry.attempts());
  std::printf("  queue     %s, %s\n", ShortName(inquiry.queue()).c_str(),
              v1::Priority_Name(inquiry.priority()).c_str());
  std::printf("  topic     %s, %.0f%%, by %s%s\n", ShortName(inquiry.topic()).c_str(), 100 * topic.confidence(),
              v1::TopicAssignment::Method_Name(topic.method()).c_str(), topic.unsure() ? ", unsure" : "");
  std::printf("  from      %s in %s, %s\n", v1::Channel_Name(inquiry.channel()).c_str(), inquiry.language().c_str(),
              v1::Visibility_Name(inquiry.visibility()).c_str());
  std::printf("  received  %s, answer by %s\n", ShortTime(inquiry.create_time()).c_str(),
              ShortTime(inquiry.first_response_due_time()).c_str());
  for (const v1::Clock& clock : inquiry.clocks()) PrintClock(clock);
  std::printf("\n%s\n", inquiry.text().c_str());
  int number = 0;  // by which DELIVERED and UNDELIVERABLE name it
  for (const v1::Message& message : inquiry.messages()) {
    std::printf("\nMessage %d, %s %s%s:\n%s\n", ++number, ShortTime(message.create_time()).c_str(),
                v1::Message::Author_Name(message.author()).c_str(), CitedBy(message).c_str(), message.text().c_str());
  }
  std::printf("\nHistory\n");
  for (const v1::Event& event : response.events()) PrintEvent(event);
}

bool GetInquiry(Session& session, const InquiryOptions& options, v1::GetInquiryResponse& response) {
  auto stub = session.Intake();
  if (stub == nullptr) return false;
  v1::GetInquiryRequest request;
  request.set_name(InquiryNameOf(options.name));
  if (!options.worker.empty()) request.set_worker(StrCat("workers/", ShortName(options.worker)));
  return session.Check(stub->GetInquiry(session.NewCall().get(), request, &response));
}

void ShowInquiry(Session& session, const InquiryOptions& options) {
  v1::GetInquiryResponse response;
  if (!GetInquiry(session, options, response)) return;
  session.json() ? PrintJson(response) : PrintInquiry(response);
}

// Prints what happens to it until it is closed.
void WatchInquiry(Session& session, const InquiryOptions& options) {
  int seen = 0;
  while (true) {
    v1::GetInquiryResponse response;
    if (!GetInquiry(session, options, response)) return;
    for (; seen < response.events_size(); ++seen) {
      session.json() ? PrintJson(response.events(seen)) : PrintEvent(response.events(seen));
    }
    std::fflush(stdout);
    const auto state = response.inquiry().state();
    if (state == v1::Inquiry::COMPLETED || state == v1::Inquiry::WITHDRAWN) return;
    std::this_thread::sleep_for(std::chrono::duration<double>(options.interval_seconds));
  }
}

bool FillFilter(Session& session, const InquiryOptions& options, v1::ListInquiriesRequest::Filter& filter) {
  if (!options.state.empty()) {
    v1::Inquiry::State state;
    if (!v1::Inquiry::State_Parse(absl::AsciiStrToUpper(options.state), &state)) {
      session.Fail(absl::InvalidArgumentError(
          StrCat("state \"", options.state,
                 "\" is unknown; use READY, LEASED, DELAYED, DEAD_LETTERED, COMPLETED or WITHDRAWN")));
      session.exit_code = kExitUsage;
      return false;
    }
    filter.set_state(state);
  }
  if (!options.channel.empty()) {
    v1::SubmitInquiryRequest parsed;
    if (absl::Status status = SetInquiryField("channel", options.channel, parsed); !status.ok()) {
      session.Fail(status);
      session.exit_code = kExitUsage;
      return false;
    }
    filter.set_channel(parsed.inquiry().channel());
  }
  if (!options.queue.empty()) filter.set_queue(StrCat("queues/", ShortName(options.queue)));
  if (!options.topic.empty()) filter.set_topic(StrCat("topics/", ShortName(options.topic)));
  return true;
}

// Leaves those whose history has such an event: a look at each. False where the session failed.
bool KeepThoseWith(Session& session, v1::IntakeService::Stub& stub, v1::Event::Kind event,
                   google::protobuf::RepeatedPtrField<v1::Inquiry>& inquiries) {
  google::protobuf::RepeatedPtrField<v1::Inquiry> kept;
  for (v1::Inquiry& inquiry : inquiries) {
    v1::GetInquiryRequest request;
    request.set_name(inquiry.name());
    v1::GetInquiryResponse response;
    if (!session.Check(stub.GetInquiry(session.NewCall().get(), request, &response))) return false;
    const bool has = std::any_of(response.events().begin(), response.events().end(),
                                 [event](const v1::Event& each) { return each.kind() == event; });
    if (has) kept.Add(std::move(inquiry));
  }
  inquiries.Swap(&kept);
  return true;
}

bool ParseEvent(Session& session, const std::string& text, v1::Event::Kind& event) {
  if (text.empty() || v1::Event::Kind_Parse(absl::AsciiStrToUpper(text), &event)) return true;
  session.Fail(absl::InvalidArgumentError(
      StrCat("event \"", text, "\" is unknown; use a word of the history, for example UNDELIVERABLE")));
  session.exit_code = kExitUsage;
  return false;
}

void ListInquiries(Session& session, const InquiryOptions& options) {
  v1::ListInquiriesRequest request;
  v1::Event::Kind event = v1::Event::KIND_UNSPECIFIED;
  if (!ParseEvent(session, options.event, event)) return;
  if (!FillFilter(session, options, *request.mutable_filter())) return;
  auto stub = session.Intake();
  if (stub == nullptr) return;
  Table table({"INQUIRY", "RECEIVED", "CHANNEL", "STATE", "QUEUE", "TOPIC", "TEXT"});
  int left = options.max;
  do {
    request.set_page_size(std::min(left, 1000));
    v1::ListInquiriesResponse response;
    if (!session.Check(stub->ListInquiries(session.NewCall().get(), request, &response))) return;
    left -= response.inquiries_size();
    if (!options.event.empty() && !KeepThoseWith(session, *stub, event, *response.mutable_inquiries())) return;
    if (session.json()) PrintJson(response);
    for (const v1::Inquiry& inquiry : response.inquiries()) {
      table.AddRow({ShortName(inquiry.name()), ShortTime(inquiry.create_time()), v1::Channel_Name(inquiry.channel()),
                    v1::Inquiry::State_Name(inquiry.state()), ShortName(inquiry.queue()), ShortName(inquiry.topic()),
                    OneLine(inquiry.text(), 50)});
    }
    request.set_page_token(response.next_page_token());
  } while (left > 0 && !request.page_token().empty());
  if (!session.json()) table.Print();
}

void WithdrawInquiry(Session& session, const InquiryOptions& options) {
  auto stub = session.Intake();
  if (stub == nullptr) return;
  v1::WithdrawInquiryRequest request;
  request.set_name(InquiryNameOf(options.name));
  request.set_reason(options.reason);
  v1::WithdrawInquiryResponse response;
  if (!session.Check(stub->WithdrawInquiry(session.NewCall().get(), request, &response))) return;
  session.json() ? PrintJson(response) : static_cast<void>(std::printf("withdrawn\n"));
}

void AppendMessage(Session& session, const InquiryOptions& options) {
  auto stub = session.Intake();
  if (stub == nullptr) return;
  v1::AppendMessageRequest request;
  request.set_name(InquiryNameOf(options.name));
  request.mutable_message()->set_text(options.text);
  request.set_request_id(options.request_id.empty() ? RandomUuid().ToString() : options.request_id);
  v1::AppendMessageResponse response;
  if (!session.Check(stub->AppendMessage(session.NewCall().get(), request, &response))) return;
  if (session.json()) return PrintJson(response);
  std::printf("added%s\n", response.reopened() ? "; it had been closed and waits again" : "");
}

}  // namespace

void AddInquiryCommands(CLI::App& program, Session& session) {
  auto options = std::make_shared<InquiryOptions>();
  CLI::App* inquiry = program.add_subcommand("inquiry", "Look inquiries up, withdraw them, add to them");
  inquiry->require_subcommand(1);
  CLI::App* show = inquiry->add_subcommand("show", "Show an inquiry with its conversation and history");
  CLI::App* watch = inquiry->add_subcommand("watch", "Print what happens to an inquiry until it is closed");
  CLI::App* withdraw = inquiry->add_subcommand("withdraw", "Take an inquiry back");
  CLI::App* append = inquiry->add_subcommand("append", "Add what the citizen wrote next; reopens a closed one");
  for (CLI::App* command : {show, watch, withdraw, append}) {
    command->add_option("inquiry", options->name, "Its name")->required();
  }
  watch->add_option("--interval", options->interval_seconds, "Seconds between looks")->capture_default_str();
  show->add_option("-w,--worker", options->worker, "The member of staff who looks; goes on the record");
  withdraw->add_option("-r,--reason", options->reason, "Why; goes on the record");
  append->add_option("-t,--text", options->text, "What the citizen wrote")->required();
  append->add_option("--request-id", options->request_id, "A UUID; the same one is added once");
  CLI::App* list = inquiry->add_subcommand("list", "List inquiries, newest first");
  list->add_option("-s,--state", options->state, "READY, LEASED, DELAYED, DEAD_LETTERED, COMPLETED or WITHDRAWN");
  list->add_option("-q,--queue", options->queue, "Where they wait or waited last");
  list->add_option("--topic", options->topic, "What they are about");
  list->add_option("-c,--channel", options->channel, "Where they came from");
  list->add_option("--event", options->event,
                   "Of the --max newest, those with such an event in their history: UNDELIVERABLE, …");
  list->add_option("-n,--max", options->max, "At most so many")->check(CLI::Range(1, 1000000))->capture_default_str();

  show->callback([&session, options] { ShowInquiry(session, *options); });
  watch->callback([&session, options] { WatchInquiry(session, *options); });
  withdraw->callback([&session, options] { WithdrawInquiry(session, *options); });
  append->callback([&session, options] { AppendMessage(session, *options); });
  list->callback([&session, options] { ListInquiries(session, *options); });
}

}  // namespace switchboard::client
