#include "services/triage/store/postgres_correction_store.h"

#include <string>
#include <utility>

#include "common/ids/id_generator.h"
#include "common/status/status_macros.h"
#include "services/triage/masked_text.h"
#include "services/triage/store/sql.h"

namespace switchboard::triage {
namespace {

constexpr int64_t kGatheredAtOnce = 500;

class PostgresCorrectionStore final : public CorrectionStore {
 public:
  explicit PostgresCorrectionStore(Database& database) : database_(database) {}

  absl::Status Gather() override {
    while (true) {
      SWITCHBOARD_ASSIGN_OR_RETURN(const Rows fresh,
                                   database_.Execute(kQueryPool, sql::kCorrectionFresh, kGatheredAtOnce));
      for (const Row& row : fresh) {
        SWITCHBOARD_RETURN_IF_ERROR(database_
                                        .Execute(kDurablePool, sql::kCorrectionKeep, row.Int64(0), row.Int64(1),
                                                 row.Text(2), row.Text(3), MaskedText(row.Text(4)))
                                        .status());
      }
      if (fresh.size() < static_cast<size_t>(kGatheredAtOnce)) return absl::OkStatus();
    }
  }

  absl::StatusOr<std::vector<Correction>> List(std::optional<CorrectionState> state, int64_t before,
                                               int most) override {
    const int wanted = state ? static_cast<int>(*state) : 0;
    SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows,
                                 database_.Execute(kQueryPool, sql::kCorrectionList, wanted, before, most));
    std::vector<Correction> corrections;
    for (const Row& row : rows) {
      corrections.push_back({.inquiry = row.Int64(0),
                             .corrected_at = TimeOf(row.Int64(1)),
                             .sorted_as = std::string(row.Text(2)),
                             .topic = std::string(row.Text(3)),
                             .text = std::string(row.Text(4)),
                             .state = static_cast<CorrectionState>(row.Int64(5)),
                             .reviewed_by = std::string(row.Text(6))});
    }
    return corrections;
  }

  absl::StatusOr<int64_t> Review(const std::vector<int64_t>& inquiries, CorrectionState state,
                                 std::string_view reviewed_by) override {
    PgArray ids;
    for (const int64_t inquiry : inquiries) ids.Add(inquiry);
    SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows, database_.Execute(kDurablePool, sql::kCorrectionReview, ids,
                                                                    static_cast<int>(state), reviewed_by));
    return static_cast<int64_t>(rows.size());
  }

  absl::StatusOr<int64_t> CountWaiting() override {
    SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows, database_.Execute(kQueryPool, sql::kCorrectionCount));
    return rows[0].Int64(0);
  }

  absl::StatusOr<std::vector<LabelledText>> TakeToLearn(int enough) override {
    if (enough > 0) {
      SWITCHBOARD_RETURN_IF_ERROR(database_.Execute(kDurablePool, sql::kCorrectionAcceptAll, enough).status());
    }
    SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows,
                                 database_.Execute(kQueryPool, sql::kCorrectionLearn, kMostCorrections));
    std::vector<LabelledText> texts;
    for (const Row& row : rows) texts.push_back({std::string(row.Text(0)), std::string(row.Text(1))});
    return texts;
  }

 private:
  Database& database_;
};

}  // namespace

std::unique_ptr<CorrectionStore> MakePostgresCorrectionStore(Database& database) {
  return std::make_unique<PostgresCorrectionStore>(database);
}

}  // namespace switchboard::triage
