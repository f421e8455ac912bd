#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "common/ids/uuid.h"
#include "common/text/string_view.h"
#include "common/time/clock.h"
#include "services/switchboard/bulk_submitter.h"
#include "services/switchboard/commands.h"
#include "services/switchboard/output.h"

namespace switchboard::client {
namespace {

struct SubmitOptions {
  std::string file;
  std::string format;
  std::string channel = "WEB";
  std::string text, language, area, visibility, topic, priority, author, external_id, request_id;
  std::string rejects_file;
  std::string results_file;
  std::string salt;
  bool topics_from_labels = false;
  bool dry_run = false;
  int window = 1000;
  double give_up_after_seconds = 300;
};

void PrintSubmitted(const v1::SubmitInquiryResponse& response, bool dry_run) {
  const v1::Inquiry& inquiry = response.inquiry();
  std::printf("%s\n", dry_run ? "would be accepted (dry run: nothing was stored)" : inquiry.name().c_str());
  std::printf("  topic     %s%s\n", ShortName(inquiry.topic()).c_str(),
              inquiry.topic_assignment().unsure() ? " (unsure)" : "");
  std::printf("  queue     %s, %s\n", ShortName(inquiry.queue()).c_str(),
              v1::Priority_Name(inquiry.priority()).c_str());
  std::printf("  answer by %s\n", ShortTime(inquiry.first_response_due_time()).c_str());
  if (response.duplicate()) std::printf("  stored before under the same request id\n");
}

void SubmitOne(Session& session, const SubmitOptions& options) {
  v1::SubmitInquiryRequest request;
  const std::pair<const char*, const std::string*> fields[] = {
      {"channel", &options.channel},       {"text", &options.text},
      {"language", &options.language},     {"area", &options.area},
      {"topic", &options.topic},           {"visibility", &options.visibility},
      {"author", &options.author},         {"external_id", &options.external_id},
      {"request_id", &options.request_id}, {"priority", &options.priority},
  };
  for (const auto& [name, value] : fields) {
    if (value->empty()) continue;
    if (absl::Status status = SetInquiryField(name, *value, request); !status.ok()) {
      session.Fail(status);
      session.exit_code = kExitUsage;
      return;
    }
  }
  request.set_validate_only(options.dry_run);
  if (request.request_id().empty()) request.set_request_id(RandomUuid().ToString());
  auto stub = session.Intake();
  if (stub == nullptr) return;
  v1::SubmitInquiryResponse response;
  if (!session.Check(stub->SubmitInquiry(session.NewCall().get(), request, &response))) return;
  if (session.json()) {
    PrintJson(response);
  } else {
    PrintSubmitted(response, options.dry_run);
  }
}

// Appends JSON lines to a file that is made with its first line.
class LineFile {
 public:
  explicit LineFile(std::string path) : path_(std::move(path)) {}

  void Append(const nlohmann::json& line) {
    if (path_.empty()) return;
    if (!stream_.is_open()) stream_.open(path_, std::ios::trunc);
    stream_ << line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
  }

  const std::string& path() const { return path_; }
  // False where a line could not be written.
  bool Close() {
    if (!stream_.is_open()) return true;
    stream_.close();
    return stream_.good();
  }

 private:
  const std::string path_;
  std::ofstream stream_;
};

nlohmann::json RejectLine(const InquiryRecord& record, const v1::SubmitError& error) {
  nlohmann::json line{{"line", record.line}, {"reason", error.reason()}, {"message", error.message()}};
  for (const std::string& violation : error.violations()) line["violations"].push_back(violation);
  line["input"] = record.raw;
  return line;
}

nlohmann::json ResultLine(const InquiryRecord& record, const v1::SubmitInquiryResponse& response) {
  return {{"line", record.line},
          {"inquiry", response.inquiry().name()},
          {"topic", response.inquiry().topic()},
          {"queue", response.inquiry().queue()},
          {"unsure", response.inquiry().topic_assignment().unsure()},
          {"duplicate", response.duplicate()}};
}

void PrintSummary(const Session& session, const BulkSummary& summary, absl::Duration took, const LineFile& rejects) {
  const double seconds = absl::ToDoubleSeconds(took);
  if (session.json()) {
    const nlohmann::json json{
        {"read", summary.read},     {"accepted", summary.accepted}, {"duplicates", summary.duplicates},
        {"unsure", summary.unsure}, {"rejected", summary.rejected}, {"seconds", seconds}};
    std::printf("%s\n", json.dump().c_str());
    return;
  }
  std::printf(
      "%s accepted (%s new, %s stored before), %s unsure of the topic, %s rejected, in %.1f s (%s/s)\n",
      WithCommas(summary.accepted).c_str(), WithCommas(summary.accepted - summary.duplicates).c_str(),
      WithCommas(summary.duplicates).c_str(), WithCommas(summary.unsure).c_str(), WithCommas(summary.rejected).c_str(),
      seconds,
      WithCommas(static_cast<int64_t>(static_cast<double>(summary.accepted) / std::max(seconds, 1e-3))).c_str());
  if (summary.rejected > 0) std::printf("The rejected ones, with the reasons: %s\n", rejects.path().c_str());
}

int64_t CountLines(const std::string& path) {
  std::ifstream file(path);
  return std::count(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>(), '\n');
}

// Checks each inquiry of the file against the server and stores nothing.
void DryRunFile(Session& session, InquiryReader& reader, v1::IntakeService::Stub& stub, LineFile& rejects,
                BulkSummary& summary) {
  while (auto record = reader.Next()) {
    ++summary.read;
    record->request.set_validate_only(true);
    v1::SubmitInquiryResponse response;
    grpc::Status status(grpc::INVALID_ARGUMENT, std::string(record->status.message()));
    if (record->status.ok()) status = stub.SubmitInquiry(session.NewCall().get(), record->request, &response);
    if (status.ok()) {
      ++summary.accepted;
      summary.unsure += response.inquiry().topic_assignment().unsure();
    } else if (status.error_code() == grpc::INVALID_ARGUMENT) {
      ++summary.rejected;
      v1::SubmitError error;
      error.set_message(status.error_message());
      rejects.Append(RejectLine(*record, error));
    } else {
      session.Check(status);
      return;
    }
  }
}

void SubmitFile(Session& session, const SubmitOptions& options) {
  const bool from_stdin = options.file == "-";
  std::ifstream file;
  if (!from_stdin) {
    file.open(options.file, std::ios::binary);
    if (!file || std::filesystem::is_directory(options.file)) {
      session.Fail(absl::NotFoundError(StrCat("cannot read ", options.file)));
      return;
    }
  }
  ReaderOptions reader_options;
  reader_options.format = options.format.empty() ? FormatOf(options.file) : *ParseFormat(options.format);
  reader_options.default_language = options.language;
  reader_options.topics_from_labels = options.topics_from_labels;
  // What comes from standard input has no name to be recognised by: each run is its own, unless --run says otherwise.
  const std::string file_name = std::filesystem::path(options.file).filename().string();
  reader_options.salt = !options.salt.empty() ? options.salt : from_stdin ? RandomUuid().ToString() : file_name;
  v1::SubmitInquiryRequest channel;
  if (absl::Status status = SetInquiryField("channel", options.channel, channel); !status.ok()) {
    session.Fail(status);
    session.exit_code = kExitUsage;
    return;
  }
  reader_options.default_channel = channel.inquiry().channel();
  InquiryReader reader(from_stdin ? std::cin : file, reader_options);

  auto stub = session.Intake();
  if (stub == nullptr) return;
  LineFile rejects(!options.rejects_file.empty() ? options.rejects_file
                                                 : (from_stdin ? "stdin" : options.file) + ".rejects.jsonl");
  LineFile results(options.results_file);
  SystemClock clock;
  const absl::Duration start = clock.Elapsed();
  BulkSummary summary;
  if (options.dry_run) {
    DryRunFile(session, reader, *stub, rejects, summary);
  } else {
    Progress progress("submitted", from_stdin ? 0 : CountLines(options.file), clock.Now());
    BulkSubmitter submitter(
        *stub, clock, {.window = options.window, .give_up_after = absl::Seconds(options.give_up_after_seconds)},
        [&](const auto& record, const auto& response) {
          if (!results.path().empty()) results.Append(ResultLine(record, response));
        },
        [&](const auto& record, const auto& error) { rejects.Append(RejectLine(record, error)); },
        [&](int64_t answered) { progress.Update(answered, clock.Now()); });
    summary = submitter.Run(reader);
    progress.Finish();
  }
  if (!rejects.Close() || !results.Close()) {
    session.Fail(absl::UnknownError("the file of rejects or results could not be written; is the disk full?"));
    return;
  }
  PrintSummary(session, summary, clock.Elapsed() - start, rejects);
  if (!summary.status.ok()) {
    session.Fail(summary.status);
    std::fprintf(stderr, "  %s read inquiries have no answer; repeat the same command: nothing is stored twice.\n",
                 WithCommas(summary.read - summary.accepted - summary.rejected).c_str());
  } else if (summary.rejected > 0 && session.exit_code == kExitOk) {
    session.exit_code = kExitRejects;
  }
}

}  // namespace

void AddSubmitCommand(CLI::App& program, Session& session) {
  auto options = std::make_shared<SubmitOptions>();
  CLI::App* command = program.add_subcommand("submit", "Take in one inquiry, or a file of them");
  command->footer(
      "Examples:\n"
      "  switchboard submit --channel X --text 'There is a huge pothole on Elm Street'\n"
      "  switchboard submit -f inquiries.jsonl       # repeat it after a failure: nothing is stored twice\n"
      "  zcat old.csv.gz | switchboard submit -f - --format csv --run import-2026-01");
  auto* file = command->add_option("-f,--file", options->file,
                                   "JSON lines, CSV with a heading, or TSV (label<TAB>text); - reads standard input");
  auto* text = command->add_option("-t,--text", options->text, "What the citizen wrote");
  file->excludes(text);
  command->add_option("--format", options->format, "jsonl, csv or tsv; by default by the file's ending")
      ->check(CLI::IsMember({"jsonl", "csv", "tsv"}));
  command
      ->add_option("-c,--channel", options->channel,
                   "X, FACEBOOK, LINKEDIN, BLOG, EMAIL, PHONE, IN_PERSON, WEB, CHAT or SMS; of a file: where a record "
                   "names none")
      ->capture_default_str();
  command->add_option("-l,--language", options->language, "Language (en, fr, …); detected where it is not given");
  command->add_option("--area", options->area, "Part of the territory");
  command->add_option("--visibility", options->visibility, "PUBLIC or PRIVATE; by default the channel's own");
  command->add_option("--topic", options->topic, "Topic, where it is known; the sorter is then not asked");
  command->add_option("--priority", options->priority,
                      "URGENT, HIGH, NORMAL or LOW, where it is known; by default its route and the urgency rules say");
  command->add_option("--author", options->author, "Who wrote it, as the calling system knows them");
  command->add_option("--external-id", options->external_id, "The calling system's own id for it");
  command->add_option("--request-id", options->request_id, "A UUID; the same one is stored once");
  command->add_flag("--topics-from-labels", options->topics_from_labels, "TSV: take the label as the topic");
  command->add_option("--rejects", options->rejects_file,
                      "Where refused records go, with the reasons; by default FILE.rejects.jsonl");
  command->add_option("--results", options->results_file,
                      "Where the name, topic and queue of each goes, as JSON lines");
  command->add_option("--run", options->salt, "A name for this import: the same name and records are stored once");
  command->add_option("--window", options->window, "Unanswered inquiries at a time")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command
      ->add_option("--give-up-after", options->give_up_after_seconds,
                   "Seconds without an answer before giving up; until then it tries again")
      ->capture_default_str();
  command->add_flag("--dry-run", options->dry_run, "Check, sort and route; store nothing");
  command->callback([&session, options] {
    if (!options->file.empty()) return SubmitFile(session, *options);
    if (!options->text.empty()) return SubmitOne(session, *options);
    throw CLI::RequiredError("one of --text and --file");
  });
}

}  // namespace switchboard::client
