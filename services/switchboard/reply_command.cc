#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "common/status/status_macros.h"
#include "common/text/string_view.h"
#include "services/guidance/example_replies.h"
#include "services/switchboard/commands.h"
#include "services/switchboard/output.h"

namespace switchboard::client {
namespace {

constexpr int kRepliesAtATime = 50;
constexpr int kOneNeedsAuthorityIn = 10;

struct ReplyOptions {
  std::vector<std::string> queues;
  std::string examples;
  std::string worker = "cli";
  int count = 100;
};

// What became of the replies in one queue.
struct ReplyTally {
  int sent = 0;
  int needed_authority = 0;
  int refused = 0;  // for any other reason
  int without_example = 0;
};

using Examples = std::vector<guidance::ExampleReply>;

absl::StatusOr<Examples> ReadExamples(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::NotFoundError(StrCat("cannot read ", path));
  const std::string content(std::istreambuf_iterator<char>(file), {});
  return guidance::ParseExampleReplies(content, path);
}

// One that answers such an inquiry and is expected to end so; null where there is none.
const guidance::ExampleReply* ExampleFor(const v1::Inquiry& inquiry, guidance::ReplyVerdict expected,
                                         const Examples& examples) {
  for (const guidance::ExampleReply& example : examples) {
    const bool fits = example.expected == expected && StrCat("topics/", example.topic) == inquiry.topic() &&
                      example.inquiry_language == inquiry.language();
    // What may be said in public may be said in private, but hardly the other way round.
    if (fits && (example.is_public || inquiry.visibility() == v1::PRIVATE)) return &example;
  }
  return nullptr;
}

// Mostly one that goes out at once; now and then one that needs authority, as it happens.
const guidance::ExampleReply* ExampleFor(const v1::Inquiry& inquiry, int number, const Examples& examples) {
  const bool demanding = number % kOneNeedsAuthorityIn == 0;
  const guidance::ExampleReply* wanted =
      demanding ? ExampleFor(inquiry, guidance::ReplyVerdict::kNeedsAuthority, examples) : nullptr;
  return wanted != nullptr ? wanted : ExampleFor(inquiry, guidance::ReplyVerdict::kSent, examples);
}

bool Release(Session& session, v1::FrontlineService::Stub& stub, const v1::Lease& lease) {
  v1::ReleaseInquiryRequest request;
  request.set_lease_token(lease.lease_token());
  request.set_reason("no example reply for its topic and language");
  v1::ReleaseInquiryResponse response;
  return session.Check(stub.ReleaseInquiry(session.NewCall().get(), request, &response));
}

bool Reply(Session& session, v1::FrontlineService::Stub& stub, const v1::Lease& lease, const Examples& examples,
           ReplyTally& tally) {
  const int number = tally.sent + tally.needed_authority + tally.refused + 1;
  const guidance::ExampleReply* example = ExampleFor(lease.inquiry(), number, examples);
  if (example == nullptr) {
    ++tally.without_example;
    return Release(session, stub, lease);
  }
  v1::ReplyToInquiryRequest request;
  request.set_lease_token(lease.lease_token());
  request.set_text(example->text);
  request.set_disposition(v1::ANSWERED);
  v1::ReplyToInquiryResponse response;
  if (!session.Check(stub.ReplyToInquiry(session.NewCall().get(), request, &response))) return false;
  switch (response.decision().verdict()) {
    case v1::ReplyDecision::SENT:
      ++tally.sent;
      return true;
    case v1::ReplyDecision::NEEDS_AUTHORITY:
      ++tally.needed_authority;
      return true;
    default:
      ++tally.refused;
      return Release(session, stub, lease);
  }
}

void PrintReplies(const Session& session, const std::map<std::string, ReplyTally>& tallies) {
  Table table({"QUEUE", "REPLIES", "AT ONCE", "NEEDED AUTHORITY", "REFUSED", "NO EXAMPLE"});
  const auto add = [&table](const std::string& name, const ReplyTally& tally) {
    table.AddRow({name, WithCommas(tally.sent + tally.needed_authority + tally.refused), WithCommas(tally.sent),
                  WithCommas(tally.needed_authority), WithCommas(tally.refused), WithCommas(tally.without_example)});
  };
  ReplyTally total;
  for (const auto& [queue, tally] : tallies) {
    add(ShortName(queue), tally);
    total.sent += tally.sent;
    total.needed_authority += tally.needed_authority;
    total.refused += tally.refused;
    total.without_example += tally.without_example;
  }
  add("TOTAL", total);
  if (!session.json()) return table.Print();
  const nlohmann::json json{{"sent", total.sent},
                            {"needed_authority", total.needed_authority},
                            {"refused", total.refused},
                            {"without_example", total.without_example}};
  std::printf("%s\n", json.dump().c_str());
}

void ReplyByExample(Session& session, const ReplyOptions& options) {
  const absl::StatusOr<Examples> examples = ReadExamples(options.examples);
  if (!examples.ok()) return session.Fail(examples.status());
  auto stub = session.Frontline();
  if (stub == nullptr) return;
  std::map<std::string, ReplyTally> tallies;
  for (int left = options.count; left > 0;) {
    v1::ClaimInquiriesRequest request;
    for (const std::string& queue : options.queues) {
      request.add_queues(queue.find('/') == std::string::npos ? StrCat("queues/", queue) : queue);
    }
    request.set_worker(StrCat("workers/", options.worker));
    request.set_max_inquiries(std::min(left, kRepliesAtATime));
    v1::ClaimInquiriesResponse response;
    if (!session.Check(stub->ClaimInquiries(session.NewCall().get(), request, &response))) return;
    if (response.leases().empty()) break;
    left -= response.leases_size();
    for (const v1::Lease& lease : response.leases()) {
      if (!Reply(session, *stub, lease, *examples, tallies[lease.inquiry().queue()])) return;
    }
  }
  PrintReplies(session, tallies);
}

}  // namespace

void AddReplyCommand(CLI::App& program, Session& session) {
  auto options = std::make_shared<ReplyOptions>();
  CLI::App* command = program.add_subcommand("reply", "Answer inquiries by example replies, for trying guidelines");
  command->footer(
      "Each inquiry gets an example of its topic and language that is no bad one; without any it is given back.\n"
      "Example:\n"
      "  switchboard reply -q roads --examples deploy/samples/guideline_examples.yaml");
  command->add_option("-q,--queue", options->queues, "Queues to take from")->required();
  command->add_option("-e,--examples", options->examples, "A file as for `guideline test`")->required();
  command->add_option("-w,--worker", options->worker, "Who works")->capture_default_str();
  command->add_option("-n,--count", options->count, "At most so many")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command->callback([&session, options] { ReplyByExample(session, *options); });
}

}  // namespace switchboard::client
