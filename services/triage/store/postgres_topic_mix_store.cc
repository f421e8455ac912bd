#include "services/triage/store/postgres_topic_mix_store.h"

#include <string>

#include "common/status/status_macros.h"
#include "services/triage/store/sql.h"

namespace switchboard::triage {
namespace {

class PostgresTopicMixStore final : public TopicMixStore {
 public:
  explicit PostgresTopicMixStore(Database& database) : database_(database) {}

  absl::Status Add(const TopicCounts& counts) override {
    PgArray topics;
    PgArray inquiries;
    for (const auto& [topic, count] : counts) {
      topics.Add(topic);
      inquiries.Add(count);
    }
    return database_.Execute(kDurablePool, sql::kTopicMixAdd, topics, inquiries).status();
  }

  absl::StatusOr<TopicMix> Mix() override {
    SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows, database_.Execute(kQueryPool, sql::kTopicMixPeriods));
    TopicMix mix;
    for (const Row& row : rows) {
      (row.Bool(1) ? mix.recent : mix.before)[std::string(row.Text(0))] = row.Int64(2);
    }
    return mix;
  }

 private:
  Database& database_;
};

}  // namespace

std::unique_ptr<TopicMixStore> MakePostgresTopicMixStore(Database& database) {
  return std::make_unique<PostgresTopicMixStore>(database);
}

}  // namespace switchboard::triage
