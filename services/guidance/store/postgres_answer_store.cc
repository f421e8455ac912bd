#include "services/guidance/store/postgres_answer_store.h"

#include "common/ids/resource_name.h"
#include "common/status/errors.h"
#include "common/status/status_macros.h"
#include "common/text/string_view.h"
#include "services/guidance/store/sql.h"

namespace switchboard::guidance {
namespace {

// The columns of versions, as parameters.
struct Columns {
  explicit Columns(absl::Span<const AnswerVersion> versions) {
    for (const AnswerVersion& each : versions) {
      ids.Add(each.id);
      numbers.Add(each.version);
      contents.Add(each.content);
    }
  }

  PgArray ids, numbers, contents;
};

class PostgresAnswerStore final : public AnswerStore {
 public:
  explicit PostgresAnswerStore(Database& database) : database_(database) {}

  absl::StatusOr<std::vector<size_t>> Changed(absl::Span<const AnswerVersion> versions) override {
    const Columns columns(versions);
    SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows, database_.Execute(kQueryPool, sql::kAnswersChanged, columns.ids,
                                                                    columns.numbers, columns.contents));
    std::vector<size_t> changed;
    for (const Row row : rows) changed.push_back(static_cast<size_t>(row.Int64(0) - 1));
    return changed;
  }

  absl::Status Keep(absl::Span<const AnswerVersion> versions) override {
    const Columns columns(versions);
    return database_.Transaction(kDurablePool, [&](Connection& connection) -> absl::Status {
      SWITCHBOARD_RETURN_IF_ERROR(
          connection.Execute(sql::kAnswersKeep, columns.ids, columns.numbers, columns.contents).status());
      SWITCHBOARD_ASSIGN_OR_RETURN(
          const Rows changed, connection.Execute(sql::kAnswersChanged, columns.ids, columns.numbers, columns.contents));
      return changed.empty() ? absl::OkStatus() : KeptOtherwise();
    });
  }

  absl::StatusOr<AnswerVersion> Get(std::string_view id, int version) override {
    SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows, database_.Execute(kQueryPool, sql::kAnswerGet, id, version));
    if (rows.empty()) return NoSuchAnswer(id, version);
    return AnswerVersion{std::string(id), version, std::string(rows[0].Text(0))};
  }

 private:
  Database& database_;
};

}  // namespace

MigrationSet AnswerMigrations() { return {"guidance", sql::kMigrations}; }

std::unique_ptr<AnswerStore> MakePostgresAnswerStore(Database& database) {
  return std::make_unique<PostgresAnswerStore>(database);
}

}  // namespace switchboard::guidance
