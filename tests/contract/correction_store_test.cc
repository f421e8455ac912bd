// What every CorrectionStore promises, in memory and on PostgreSQL.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/ids/id_generator.h"
#include "common/time/clock.h"
#include "services/queue/postgres_queue_store.h"
#include "services/triage/store/postgres_configuration_store.h"
#include "services/triage/store/postgres_correction_store.h"
#include "tests/support/in_memory_correction_store.h"
#include "tests/support/test_postgres.h"

namespace switchboard::triage {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr int64_t kNewest = std::numeric_limits<int64_t>::max();
constexpr int kAll = 100;

// What staff did, as the history of an inquiry has it.
struct Reclassified {
  int64_t inquiry;
  int64_t hour;  // or so: what counts is which is later
  std::string sorted_as;
  std::string topic;
  std::string text;
};

// Of the event: it tells the time.
int64_t SeqOf(const Reclassified& what) { return what.hour << 40; }

// A store, and the staff whose work it gathers.
class Subject {
 public:
  virtual ~Subject() = default;
  virtual CorrectionStore& store() = 0;
  virtual void Reclassify(const Reclassified& what) = 0;
};

class InMemory final : public Subject {
 public:
  CorrectionStore& store() override { return store_; }
  void Reclassify(const Reclassified& what) override {
    store_.Correct({.inquiry = what.inquiry,
                    .corrected_at = TimeOf(SeqOf(what)),
                    .sorted_as = what.sorted_as,
                    .topic = what.topic,
                    .text = what.text});
  }

 private:
  InMemoryCorrectionStore store_;
};

class OnDatabase final : public Subject {
 public:
  CorrectionStore& store() override { return *store_; }
  void Reclassify(const Reclassified& what) override {
    const auto done = database_.WithConnection(kDurablePool, [&what](Connection& connection) {
      const auto inquiry = connection.Execute(
          SqlStatement{"insert_inquiry",
                       "INSERT INTO switchboard.inquiry (id, position, create_time, first_response_due, queue, lane, "
                       "confidence, runner_up_confidence, shard, channel, visibility, topic_method, unsure, topic, "
                       "runner_up, language, area, route, external_id, author, urgency_signals, text) "
                       "VALUES ($1::bigint, 1, now(), now(), 1, 1, 0, 0, $1::bigint & 63, 1, 1, 2, $2::text = '', "
                       "$2::text, '', '', '', '', '', '', '', $3::text) ON CONFLICT DO NOTHING"},
          Params::Of(what.inquiry, what.sorted_as, what.text));
      if (!inquiry.ok()) return inquiry.status();
      return connection
          .Execute(SqlStatement{"insert_event",
                                "INSERT INTO switchboard.event (id, seq, queue, lane, shard, kind, attempts, topic) "
                                "VALUES ($1::bigint, $2::bigint, 1, 1, $1::bigint & 63, 8, 0, $3::text)"},
                   Params::Of(what.inquiry, SeqOf(what), what.topic))
          .status();
    });
    ASSERT_TRUE(done.ok()) << done;
  }

 private:
  static void Prepare(Connection& connection) {
    const auto applied = Migrator({queue::QueueMigrations(), ConfigurationMigrations()}).Migrate(connection);
    ASSERT_TRUE(applied.ok()) << applied.status();
  }

  const SystemClock clock_;
  Database database_{DatabaseOptions{.conninfo = TestPostgres::Get().CreateDatabaseFrom("corrections", Prepare)},
                     clock_};
  std::unique_ptr<CorrectionStore> store_ = MakePostgresCorrectionStore(database_);
};

struct Kind {
  std::string name;
  std::function<std::unique_ptr<Subject>()> make;
};

class CorrectionStoreContract : public ::testing::TestWithParam<Kind> {
 protected:
  void Reclassify(const Reclassified& what) { subject_->Reclassify(what); }
  CorrectionStore& store() { return subject_->store(); }

  std::vector<int64_t> Listed(std::optional<CorrectionState> state, int64_t before = kNewest, int most = kAll) {
    const auto corrections = store().List(state, before, most);
    EXPECT_TRUE(corrections.ok()) << corrections.status();
    std::vector<int64_t> inquiries;
    for (const Correction& each : *corrections) inquiries.push_back(each.inquiry);
    return inquiries;
  }
  std::vector<std::string> Learnt(int enough) {
    const auto texts = store().TakeToLearn(enough);
    EXPECT_TRUE(texts.ok()) << texts.status();
    std::vector<std::string> both;
    for (const LabelledText& each : *texts) both.push_back(each.topic + ": " + each.text);
    return both;
  }

 private:
  const std::unique_ptr<Subject> subject_ = GetParam().make();
};

TEST_P(CorrectionStoreContract, KnowsNothingBeforeItGathers) {
  Reclassify({1, 10, "roads", "water", "a leak"});
  EXPECT_THAT(Listed(std::nullopt), IsEmpty());
  EXPECT_EQ(*store().CountWaiting(), 0);
  ASSERT_TRUE(store().Gather().ok());
  EXPECT_THAT(Listed(std::nullopt), ElementsAre(1));
  EXPECT_EQ(*store().CountWaiting(), 1);
}

TEST_P(CorrectionStoreContract, KeepsWhatWasCorrectedMaskedAndOnce) {
  Reclassify({1, 10, "", "water", "Call @anna at 5550123"});
  ASSERT_TRUE(store().Gather().ok());
  ASSERT_TRUE(store().Gather().ok());
  const auto corrections = store().List(std::nullopt, kNewest, kAll);
  ASSERT_EQ(corrections->size(), 1U);
  const Correction& kept = corrections->front();
  EXPECT_EQ(kept.inquiry, 1);
  EXPECT_EQ(kept.corrected_at, TimeOf(int64_t{10} << 40));
  EXPECT_EQ(kept.sorted_as, "");
  EXPECT_EQ(kept.topic, "water");
  EXPECT_EQ(kept.text.find("anna"), std::string::npos);
  EXPECT_EQ(kept.text.find("5550123"), std::string::npos);
  EXPECT_EQ(kept.state, CorrectionState::kWaiting);
  EXPECT_EQ(kept.reviewed_by, "");
}

TEST_P(CorrectionStoreContract, CorrectedAgainItWaitsAgain) {
  Reclassify({1, 10, "roads", "water", "a leak"});
  ASSERT_TRUE(store().Gather().ok());
  ASSERT_EQ(*store().Review({1}, CorrectionState::kAccepted, "maud"), 1);
  ASSERT_TRUE(store().Gather().ok());
  EXPECT_THAT(Listed(CorrectionState::kAccepted), ElementsAre(1)) << "what was taken over before changes nothing";
  Reclassify({1, 20, "roads", "sewers", "a leak"});
  ASSERT_TRUE(store().Gather().ok());
  const auto corrections = store().List(std::nullopt, kNewest, kAll);
  ASSERT_EQ(corrections->size(), 1U);
  EXPECT_EQ(corrections->front().topic, "sewers");
  EXPECT_EQ(corrections->front().sorted_as, "roads");
  EXPECT_EQ(corrections->front().state, CorrectionState::kWaiting);
  EXPECT_EQ(corrections->front().reviewed_by, "");
}

TEST_P(CorrectionStoreContract, ListsTheNewestFirstByStateAndPage) {
  for (int64_t inquiry = 1; inquiry <= 5; ++inquiry) Reclassify({inquiry, 10 + inquiry, "roads", "water", "a leak"});
  ASSERT_TRUE(store().Gather().ok());
  ASSERT_EQ(*store().Review({2, 4}, CorrectionState::kRejected, "maud"), 2);
  EXPECT_THAT(Listed(std::nullopt), ElementsAre(5, 4, 3, 2, 1));
  EXPECT_THAT(Listed(std::nullopt, 4, 2), ElementsAre(3, 2));
  EXPECT_THAT(Listed(CorrectionState::kRejected), ElementsAre(4, 2));
  EXPECT_THAT(Listed(CorrectionState::kWaiting, 5), ElementsAre(3, 1));
  EXPECT_THAT(Listed(CorrectionState::kAccepted), IsEmpty());
}

TEST_P(CorrectionStoreContract, AReviewNotesWhoAndCountsWhatItFound) {
  Reclassify({1, 10, "roads", "water", "a leak"});
  ASSERT_TRUE(store().Gather().ok());
  EXPECT_EQ(*store().Review({1, 99}, CorrectionState::kRejected, "maud"), 1);
  EXPECT_EQ(*store().Review({}, CorrectionState::kRejected, "maud"), 0);
  EXPECT_EQ(store().List(std::nullopt, kNewest, kAll)->front().reviewed_by, "maud");
  EXPECT_EQ(*store().CountWaiting(), 0);
  EXPECT_EQ(*store().Review({1}, CorrectionState::kAccepted, "noor"), 1) << "a verdict may change";
  EXPECT_EQ(store().List(std::nullopt, kNewest, kAll)->front().reviewed_by, "noor");
}

TEST_P(CorrectionStoreContract, LearnsWhatIsAcceptedInAFixedOrder) {
  for (const int64_t inquiry : {3, 1, 2})
    Reclassify({inquiry, 10 + inquiry, "roads", "t" + std::to_string(inquiry), "x"});
  ASSERT_TRUE(store().Gather().ok());
  EXPECT_THAT(Learnt(0), IsEmpty());
  ASSERT_EQ(*store().Review({3, 1}, CorrectionState::kAccepted, "maud"), 2);
  EXPECT_THAT(Learnt(0), ElementsAre("t1: x", "t3: x"));
}

TEST_P(CorrectionStoreContract, AcceptsWhatWaitsOnceItIsEnough) {
  for (int64_t inquiry = 1; inquiry <= 3; ++inquiry) Reclassify({inquiry, 10 + inquiry, "roads", "water", "x"});
  ASSERT_TRUE(store().Gather().ok());
  ASSERT_EQ(*store().Review({1}, CorrectionState::kRejected, "maud"), 1);
  EXPECT_THAT(Learnt(3), IsEmpty());
  EXPECT_EQ(*store().CountWaiting(), 2);
  EXPECT_THAT(Learnt(2), ElementsAre("water: x", "water: x"));
  EXPECT_EQ(*store().CountWaiting(), 0);
}

TEST_P(CorrectionStoreContract, ATextThatSortingDoesNotReadIsNotLearnt) {
  Reclassify({1, 10, "roads", "water", ""});
  ASSERT_TRUE(store().Gather().ok());
  EXPECT_THAT(Learnt(1), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Stores, CorrectionStoreContract,
                         ::testing::Values(Kind{"InMemory", [] { return std::make_unique<InMemory>(); }},
                                           Kind{"Postgres", [] { return std::make_unique<OnDatabase>(); }}),
                         [](const auto& kind) { return kind.param.name; });

}  // namespace
}  // namespace switchboard::triage
