// Straight on libpq: what is written most comes by COPY in binary form, which C++ drivers do not offer, and a driver's
// exceptions would only have to be caught here again.
#include "common/postgres/connection.h"

#include <poll.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/container/flat_hash_map.h"
#include "common/postgres/database_error.h"
#include "common/postgres/libpq_session.h"
#include "common/status/errors.h"
#include "common/status/status_macros.h"
#include "common/text/string_view.h"

namespace switchboard {
namespace {

constexpr int kTextFormat = 0;
constexpr int kBinaryFormat = 1;
constexpr size_t kCopyMessage = 64 << 10;  // the driver holds a copy of each
constexpr std::string_view kCopyEnd("\377\377", 2);

// Sent once per session. Dates and times are read in this form (see rows.cc).
std::string SessionSettings(const SessionOptions& options) {
  std::string further;
  for (const auto& [name, value] : options.settings) StrAppend(&further, "; SET ", name, " = ", value);
  return StrCat("SET timezone = 'UTC'; SET datestyle = 'ISO, YMD'; SET bytea_output = 'hex';",
                "SET client_min_messages = 'warning'; SET statement_timeout = ",
                absl::ToInt64Milliseconds(options.statement_timeout),
                "; SET lock_timeout = ", absl::ToInt64Milliseconds(options.lock_timeout),
                options.relaxed_commit ? "; SET synchronous_commit = off" : "", further);
}

absl::Status AlreadyLost() {
  return MakeError(absl::StatusCode::kUnavailable, reason::kDatabaseUnavailable,
                   "there is no connection to the database");
}

absl::Status NulInText() {
  return MakeError(absl::StatusCode::kInvalidArgument, reason::kDatabaseRefused, "a text must not contain NUL");
}

bool Succeeded(const PGresult* result) {
  const ExecStatusType status = PQresultStatus(result);
  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY;
}

std::string_view FieldOf(const PGresult* error, int field) {
  const char* text = PQresultErrorField(error, field);
  return text == nullptr ? "" : text;
}

// In binary form where Row reads all of the columns so.
int FormatFor(const PGresult* description) {
  for (int column = 0; column < PQnfields(description); ++column) {
    if (!IsReadInBinary(PQftype(description, column))) return kTextFormat;
  }
  return kBinaryFormat;
}

class LibpqConnection final : public Connection {
 public:
  explicit LibpqConnection(SessionHandle session) : session_(std::move(session)) {}

  absl::StatusOr<Rows> Execute(const SqlStatement& statement, const Params& params) override {
    if (params.contains_nul()) return NulInText();
    SWITCHBOARD_ASSIGN_OR_RETURN(const int format, Prepare(statement));
    const absl::Cleanup forget = [this] { terminated_.clear(); };  // a model among them would stay in memory
    const std::vector<const char*> texts = Texts(params);
    PQsendQueryPrepared(session_.get(), statement.name, static_cast<int>(texts.size()), texts.data(), nullptr, nullptr,
                        format);
    return Conclude({});
  }

  absl::Status Load(absl::Span<const CopyStep> steps) override {
    std::string script;
    std::vector<const CopyRows*> rows;
    for (const CopyStep& step : steps) {
      if (step.rows.empty()) continue;
      if (step.rows.contains_nul()) return NulInText();
      StrAppend(&script, step.statement.text, ";\n");
      rows.push_back(&step.rows);
    }
    if (rows.empty()) return absl::OkStatus();
    if (!IsOpen()) return AlreadyLost();
    PQsendQuery(session_.get(), script.c_str());
    return Conclude(rows).status();
  }

  absl::StatusOr<Rows> ExecuteScript(std::string_view sql) override {
    if (!IsOpen()) return AlreadyLost();
    PQsendQuery(session_.get(), std::string(sql).c_str());
    return Conclude({});
  }

  absl::Status Transaction(absl::FunctionRef<absl::Status(Connection&)> body) override {
    if (in_transaction_) return absl::InternalError("transactions cannot be nested");
    if (absl::Status status = RunBody(body); !status.ok()) {
      if (IsOpen()) ExecuteScript("ROLLBACK").IgnoreError();
      if (PQtransactionStatus(session_.get()) != PQTRANS_IDLE) session_.reset();
      return status;
    }
    return ExecuteScript("COMMIT").status();
  }

  bool IsOpen() const override { return PQstatus(session_.get()) == CONNECTION_OK; }

  void DetectLoss() override {
    // An idle session has nothing to say but that it ends; a farewell may come before the end itself.
    pollfd poll_fd = {PQsocket(session_.get()), POLLIN, 0};
    while (IsOpen() && poll(&poll_fd, 1, 0) > 0) {
      if (PQconsumeInput(session_.get()) != 1 || (poll_fd.revents & (POLLERR | POLLHUP)) != 0) session_.reset();
    }
  }

  int BackendPid() const override { return PQbackendPID(session_.get()); }
  int ServerVersion() const override { return PQserverVersion(session_.get()); }

 private:
  // The parameters as the driver takes them. NUL is excluded, so C strings carry them whole.
  std::vector<const char*> Texts(const Params& params) {
    std::vector<const char*> texts(params.size(), nullptr);
    terminated_.reserve(params.size());
    for (size_t i = 0; i < params.size(); ++i) {
      const auto text = params.field(i);
      if (!text.has_value()) continue;
      texts[i] = params.is_terminated(i) ? text->data() : terminated_.emplace_back(*text).c_str();
    }
    return texts;
  }

  // In which form the statement's rows are to come.
  absl::StatusOr<int> Prepare(const SqlStatement& statement) {
    if (!IsOpen()) return AlreadyLost();
    if (const auto known = formats_.find(statement.name); known != formats_.end()) return known->second;
    const ResultHandle prepared(PQprepare(session_.get(), statement.name, statement.text, 0, nullptr));
    if (!Succeeded(prepared.get())) return Failed(prepared.get(), LossMeans::kNothingHappened);
    const ResultHandle described(PQdescribePrepared(session_.get(), statement.name));
    if (!Succeeded(described.get())) return Failed(described.get(), LossMeans::kNothingHappened);
    return formats_[statement.name] = FormatFor(described.get());
  }

  // Reads all there is of an answer, and gives the server the rows that it asks for meanwhile, in their order.
  absl::StatusOr<Rows> Conclude(absl::Span<const CopyRows* const> copies) {
    ResultHandle last, error;
    while (auto result = ResultHandle(PQgetResult(session_.get()))) {
      if (PQresultStatus(result.get()) == PGRES_COPY_IN) {
        if (copies.empty() || !Put(*copies.front())) PQputCopyEnd(session_.get(), "there are no rows to send");
        if (!copies.empty()) copies.remove_prefix(1);
      } else if (Succeeded(result.get())) {
        last = std::move(result);
      } else if (error == nullptr) {
        error = std::move(result);
      }
    }
    if (IsOpen() && error == nullptr && last != nullptr) return Rows(last.release());
    return Failed(error.get(), in_transaction_ ? LossMeans::kNothingHappened : LossMeans::kOutcomeUnknown);
  }

  // False too where the server refused the rows before it had read all of them; why is the next thing that it says.
  bool Put(const CopyRows& rows) {
    std::string_view stream = rows.stream();
    while (!stream.empty()) {
      const std::string_view message = stream.substr(0, kCopyMessage);
      if (PQputCopyData(session_.get(), message.data(), static_cast<int>(message.size())) != 1) return false;
      stream.remove_prefix(message.size());
    }
    return PQputCopyData(session_.get(), kCopyEnd.data(), static_cast<int>(kCopyEnd.size())) == 1 &&
           PQputCopyEnd(session_.get(), nullptr) == 1;
  }

  absl::Status RunBody(absl::FunctionRef<absl::Status(Connection&)> body) {
    in_transaction_ = true;
    transaction_status_ = absl::OkStatus();
    const absl::Cleanup leave = [this] { in_transaction_ = false; };
    SWITCHBOARD_RETURN_IF_ERROR(ExecuteScript("BEGIN").status());
    const absl::Status status = body(*this);
    // A body that overlooked an error must not commit: the server would roll back and call that a success.
    return status.ok() ? transaction_status_ : status;
  }

  // `error` is null where there was no answer at all: nobody knows then what the session is in the middle of.
  absl::Status Failed(const PGresult* error, LossMeans loss) {
    if (error == nullptr) session_.reset();
    const absl::Status status =
        IsOpen() ? StatusOfSqlState(FieldOf(error, PG_DIAG_SQLSTATE), FieldOf(error, PG_DIAG_MESSAGE_PRIMARY))
                 : StatusOfLoss(loss);
    if (in_transaction_ && transaction_status_.ok()) transaction_status_ = status;
    return status;
  }

  SessionHandle session_;
  absl::flat_hash_map<std::string_view, int> formats_;  // of the statements that are prepared
  std::vector<std::string> terminated_;                 // reused between statements
  bool in_transaction_ = false;
  absl::Status transaction_status_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Connection>> Connection::Open(const SessionOptions& options) {
  SWITCHBOARD_ASSIGN_OR_RETURN(SessionHandle session, OpenSession(options));
  auto connection = std::make_unique<LibpqConnection>(std::move(session));
  const absl::Status set_up = connection->ExecuteScript(SessionSettings(options)).status();
  if (!set_up.ok()) {
    return MakeError(absl::StatusCode::kUnavailable, reason::kDatabaseUnavailable,
                     StrCat("cannot set up a session with the database: ", ToStd(set_up.message())));
  }
  return connection;
}

}  // namespace switchboard
