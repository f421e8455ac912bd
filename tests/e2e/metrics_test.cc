// Every metric of a server that has done everything once, by name and labels; and that inquiries make no series.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/text/string_view.h"
#include "tests/e2e/e2e_server.h"
#include "tests/support/await.h"
#include "tests/support/small_configuration.h"

namespace switchboard::e2e {
namespace {

constexpr char kGolden[] = SWITCHBOARD_SOURCE_DIR "/tests/data/metrics.golden";

constexpr char kGuidelines[] = R"(version: 1
official_languages: [en, fr]
guidelines:
  - id: streets
    version: "1.0"
    name: {en: Streets, fr: Rues}
    text: {en: Say when., fr: Dites quand.}
    dispositions: [ANSWERED]
    respond_within: 4h
    rules:
      - id: no-promise
        check: FORBID_PATTERN
        patterns: ['\bwe guarantee\b']
        effect: AUTHORITY
        authority_level: 3
        reason: {en: It binds the city., fr: Cela engage la ville.}
        suggestion: {en: Say what is planned., fr: Dites ce qui est prévu.}
)";

struct Series {
  std::string name;
  std::vector<std::string> labels;  // names only
};

// Labels' values hold no quotes here: they come from closed sets.
Series ParseSeries(const std::string& line) {
  Series series{line.substr(0, line.find_first_of("{ ")), {}};
  const size_t open = line.find('{'), close = line.rfind('}');
  if (open == std::string::npos) return series;
  const std::string inside = line.substr(open + 1, close - open - 1);
  for (size_t at = 0; at < inside.size();) {
    const size_t equals = inside.find('=', at);
    if (equals == std::string::npos) break;
    series.labels.push_back(inside.substr(at, equals - at));
    const size_t end = inside.find('"', inside.find('"', equals) + 1);
    at = inside.find(',', end) == std::string::npos ? inside.size() : inside.find(',', end) + 1;
  }
  return series;
}

std::vector<std::string> SampleLines(const std::string& exposition) {
  std::vector<std::string> lines;
  std::istringstream input(exposition);
  for (std::string line; std::getline(input, line);) {
    if (!line.empty() && line.front() != '#') lines.push_back(line);
  }
  return lines;
}

// "name{label,label}", one a line, in order; the parts of a histogram are one.
std::string NamesAndLabels(const std::string& exposition) {
  std::map<std::string, std::set<std::string>> metrics;
  for (const std::string& line : SampleLines(exposition)) {
    Series series = ParseSeries(line);
    for (const char* part : {"_bucket", "_sum", "_count"}) {
      const size_t cut = series.name.size() - std::min(series.name.size(), std::string(part).size());
      if (series.name.substr(cut) == part &&
          exposition.find("# TYPE " + series.name.substr(0, cut) + " histogram") != std::string::npos) {
        series.name.resize(cut);
      }
    }
    std::set<std::string>& labels = metrics[series.name];
    for (const std::string& label : series.labels) {
      if (label != "le") labels.insert(label);
    }
  }
  std::string text;
  for (const auto& [name, labels] : metrics) StrAppend(&text, name, "{", absl::StrJoin(labels, ","), "}\n");
  return text;
}

// The same of the golden file, which has the labels in the order of their declaration, and the type behind them.
std::string GoldenNamesAndLabels() {
  std::string text;
  for (const absl::string_view line : absl::StrSplit(ReadFile(kGolden), '\n', absl::SkipEmpty())) {
    const size_t open = line.find('{'), close = line.find('}');
    std::vector<std::string> labels = absl::StrSplit(line.substr(open + 1, close - open - 1), ',');
    std::sort(labels.begin(), labels.end());
    StrAppend(&text, ToStd(line.substr(0, open)), "{", absl::StrJoin(labels, ","), "}\n");
  }
  return text;
}

// Every series but those of single statements: chores that run by the clock use statements of their own.
std::set<std::string> SeriesOf(const std::string& exposition) {
  std::set<std::string> series;
  for (const std::string& line : SampleLines(exposition)) {
    if (!absl::StartsWith(line, "switchboard_statement_seconds")) series.insert(line.substr(0, line.rfind(' ')));
  }
  return series;
}

class MetricsTest : public ::testing::Test {
 protected:
  MetricsTest() : server_(StartServer()), api_(server_->NewChannel()) { Apply(*server_, kSmallConfiguration); }

  std::string Scrape() const { return HttpGet(server_->metrics_port(), "/metrics"); }

  v1::Lease ClaimOne(absl::Duration lease = absl::Minutes(1)) {
    const auto leases = api_.Claim("queues/roads", 1, absl::Seconds(20), lease);
    EXPECT_TRUE(leases.ok() && leases->size() == 1) << leases.status();
    return leases.ok() && !leases->empty() ? leases->front() : v1::Lease();
  }

  // Each thing that is counted, once.
  void DoEverythingOnce() {
    for (int i = 0; i < 4; ++i) ASSERT_TRUE(api_.Submit(RoadRequest()).ok());
    ASSERT_FALSE(api_.Submit(RoadRequest("")).ok());
    v1::SubmitInquiryRequest sorted = RoadRequest("Il y a un nid de poule");
    sorted.mutable_inquiry()->clear_topic();
    ASSERT_TRUE(api_.Submit(sorted).ok());
    ASSERT_TRUE(api_.Complete(ClaimOne().lease_token()).ok());
    ASSERT_TRUE(api_.Release(ClaimOne().lease_token(), absl::ZeroDuration()).ok());
    const v1::Lease lost = ClaimOne(absl::Seconds(1));
    ExtendOnce(ClaimOne().lease_token());
    ASSERT_TRUE(Await(absl::Seconds(20),
                      [&] { return AskPsql(*server_, "SELECT count(*) FROM switchboard.event WHERE kind = 9") > 0; }));
    ASSERT_FALSE(api_.Complete(lost.lease_token()).ok());
    GiveOneUp();
    ReplyWithAuthority();
    LetOneStand();
    const auto work = RunClient(server_->address(), {"work", "--until-empty"});
    ASSERT_EQ(work.exit_code, 0) << work.err;
    ASSERT_EQ(RunClient(server_->address(), {"queue", "list"}).exit_code, 0);
    ASSERT_EQ(RunClient(server_->address(), {"sort", "a pothole"}).exit_code, 0);
  }

  void ExtendOnce(const std::string& token) {
    v1::ExtendLeaseRequest request;
    request.set_lease_token(token);
    v1::ExtendLeaseResponse response;
    ASSERT_TRUE(CallFor(api_.frontline(), &v1::FrontlineService::Stub::ExtendLease, request, response).ok());
    ASSERT_TRUE(api_.Complete(token).ok());
  }

  // A reply that waits for somebody with the authority, and goes out.
  void ReplyWithAuthority() {
    const TemporaryDirectory directory;
    WriteFile(directory.File("guidelines.yaml"), kGuidelines);
    const auto applied = RunClient(server_->address(), {"apply", "-g", directory.File("guidelines.yaml")});
    ASSERT_EQ(applied.exit_code, 0) << applied.err;
    ASSERT_TRUE(api_.Submit(RoadRequest()).ok());
    v1::ReplyToInquiryRequest request;
    request.set_lease_token(ClaimOne().lease_token());
    request.set_text("We guarantee that it is filled tomorrow.");
    request.set_disposition(v1::ANSWERED);
    v1::ReplyToInquiryResponse response;
    ASSERT_TRUE(CallFor(api_.frontline(), &v1::FrontlineService::Stub::ReplyToInquiry, request, response).ok());
    ASSERT_EQ(response.decision().verdict(), v1::ReplyDecision::NEEDS_AUTHORITY);
    const auto claimed =
        RunClient(server_->address(), {"draft", "claim", "-q", "roads", "-w", "chief", "--authority", "3"});
    ASSERT_EQ(claimed.exit_code, 0) << claimed.err;
    const auto approved =
        RunClient(server_->address(), {"draft", "approve", response.draft(), "-w", "chief", "--authority", "3"});
    ASSERT_EQ(approved.exit_code, 0) << approved.err;
  }

  void LetOneStand() {
    ASSERT_TRUE(api_.Submit(RoadRequest()).ok());
    v1::CompleteInquiryRequest request;
    request.set_lease_token(ClaimOne().lease_token());
    request.set_disposition(v1::LEFT_TO_STAND);
    request.set_reason("thanks the crew");
    v1::CompleteInquiryResponse response;
    ASSERT_TRUE(CallFor(api_.frontline(), &v1::FrontlineService::Stub::CompleteInquiry, request, response).ok());
  }

  void GiveOneUp() {
    ASSERT_TRUE(Await(absl::Seconds(30), [&] {
      const auto leases = api_.Claim("queues/roads", 1, absl::Milliseconds(300));
      if (leases.ok() && !leases->empty()) (void)api_.Release(leases->front().lease_token(), absl::ZeroDuration());
      return AskPsql(*server_, "SELECT count(*) FROM switchboard.dead_letter") > 0;
    }));
  }

  std::unique_ptr<ServerProcess> server_;
  Api api_;
};

TEST_F(MetricsTest, NamesAndLabelsAreThoseOfTheGoldenFile) {
  DoEverythingOnce();
  std::string shown;
  Await(absl::Seconds(10), [&] {
    shown = NamesAndLabels(Scrape());
    return shown.find("switchboard_queue_inquiries{") != std::string::npos;
  });
  EXPECT_EQ(shown, GoldenNamesAndLabels()) << "switchboardd_metrics_golden_test says what to do where that is meant";
}

// The same kinds of inquiries, two hundred first and then twenty thousand others: not a series more.
TEST_F(MetricsTest, InquiriesMakeNoSeries) {
  const TemporaryDirectory directory;
  const auto submit_and_work = [&](int first, int count) {
    std::string lines;
    for (int i = first; i < first + count; ++i) {
      StrAppend(&lines, R"({"channel":"WEB","text":"A pothole at number )", i, R"(","author":"citizen-)", i,
                R"(","external_id":"case-)", i, R"(","language":"en","topic":"potholes"})", "\n");
    }
    WriteFile(directory.File("set.jsonl"), lines);
    ASSERT_EQ(ClientJson(*server_, {"submit", "-f", directory.File("set.jsonl")})[0]["accepted"], count);
    ASSERT_EQ(ClientJson(*server_, {"work", "--until-empty", "--worker", StrCat("clerk-", first)})[0]["completed"],
              count);
    ASSERT_EQ(RunClient(server_->address(), {"queue", "list"}).exit_code, 0);
  };
  submit_and_work(0, 200);
  std::set<std::string> before;
  // Until the sampled gauges are there, too, from a sample that knows the queues of the configuration.
  ASSERT_TRUE(Await(absl::Seconds(30), [&] {
    before = SeriesOf(Scrape());
    return before.count(R"(switchboard_queue_oldest_age_seconds{priority="NORMAL",queue="roads"})") > 0;
  }));
  submit_and_work(200, 20000);
  EXPECT_THAT(SeriesOf(Scrape()), ::testing::IsSubsetOf(before));
}

}  // namespace
}  // namespace switchboard::e2e
