#include "common/postgres/binary_copy.h"

#include <libpq-fe.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/postgres/database_error.h"
#include "common/text/string_view.h"

namespace switchboard {
namespace {

constexpr size_t kMessage = 64 << 10;  // libpq holds a copy of each
constexpr std::string_view kEnd("\377\377", 2);

struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using ResultHandle = std::unique_ptr<PGresult, ClearResult>;

std::string_view FieldOf(const PGresult* error, int field) {
  const char* text = PQresultErrorField(error, field);
  return text == nullptr ? "" : text;
}

// False too where the server refused the rows before it had read all of them; why is the next thing that it says.
bool Put(PGconn* session, const CopyRows& rows) {
  std::string_view stream = rows.stream();
  while (!stream.empty()) {
    const std::string_view message = stream.substr(0, kMessage);
    if (PQputCopyData(session, message.data(), static_cast<int>(message.size())) != 1) return false;
    stream.remove_prefix(message.size());
  }
  return PQputCopyData(session, kEnd.data(), static_cast<int>(kEnd.size())) == 1 && PQputCopyEnd(session, nullptr) == 1;
}

// Reads all there is of the answer, and gives the server the rows that it asks for meanwhile, in their order.
std::optional<absl::Status> Conclude(PGconn* session, absl::Span<const CopyRows* const> copies) {
  bool answered = false;
  ResultHandle error;
  while (auto result = ResultHandle(PQgetResult(session))) {
    if (PQresultStatus(result.get()) == PGRES_COPY_IN) {
      if (copies.empty() || !Put(session, *copies.front())) PQputCopyEnd(session, "there are no rows to send");
      if (!copies.empty()) copies.remove_prefix(1);
    } else if (PQresultStatus(result.get()) == PGRES_COMMAND_OK) {
      answered = true;
    } else if (error == nullptr) {
      error = std::move(result);
    }
  }
  if (PQstatus(session) != CONNECTION_OK) return std::nullopt;
  if (error != nullptr) {
    return StatusOfSqlState(FieldOf(error.get(), PG_DIAG_SQLSTATE), FieldOf(error.get(), PG_DIAG_MESSAGE_PRIMARY));
  }
  return answered ? std::optional(absl::OkStatus()) : std::nullopt;
}

}  // namespace

std::optional<absl::Status> CopyInBinary(pg_conn* session, absl::Span<const CopyStep> steps) {
  std::string script;
  std::vector<const CopyRows*> copies;
  for (const CopyStep& step : steps) {
    if (step.rows.empty()) continue;
    StrAppend(&script, step.statement.text, ";\n");
    copies.push_back(&step.rows);
  }
  if (copies.empty()) return absl::OkStatus();
  PQsendQuery(session, script.c_str());
  return Conclude(session, copies);
}

}  // namespace switchboard
