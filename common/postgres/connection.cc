#include "common/postgres/connection.h"

#include <poll.h>

#include <algorithm>
#include <optional>
#include <pqxx/nontransaction>
#include <pqxx/prepared_statement>
#include <pqxx/transaction>
#include <utility>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/container/flat_hash_set.h"
#include "common/postgres/binary_copy.h"
#include "common/postgres/database_error.h"
#include "common/postgres/pqxx_session.h"
#include "common/status/errors.h"
#include "common/status/status_macros.h"
#include "common/text/string_view.h"

namespace switchboard {

// A parameter as it is handed to the driver, which copies its text once.
struct DriverParam {
  std::optional<std::string_view> text;
};

}  // namespace switchboard

template <>
struct pqxx::string_traits<switchboard::DriverParam> {
  static bool is_null(const switchboard::DriverParam& param) { return !param.text.has_value(); }
  static std::string to_string(const switchboard::DriverParam& param) { return std::string(*param.text); }
};

namespace switchboard {
namespace {

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

std::vector<DriverParam> DriverParams(const Params& params) {
  std::vector<DriverParam> texts(params.size());
  for (size_t i = 0; i < params.size(); ++i) texts[i].text = params.field(i);
  return texts;
}

class PqxxConnection final : public Connection {
 public:
  explicit PqxxConnection(const SessionOptions& options) : session_(options) {
    pqxx::nontransaction(session_).exec(SessionSettings(options));
  }

  absl::StatusOr<Rows> Execute(const SqlStatement& statement, const Params& params) override {
    if (params.contains_nul()) return NulInText();
    SWITCHBOARD_RETURN_IF_ERROR(Prepare(statement));
    return Run([&](pqxx::transaction_base& transaction) {
      return transaction.exec_prepared(statement.name, pqxx::prepare::make_dynamic_params(DriverParams(params)));
    });
  }

  absl::Status Load(absl::Span<const CopyStep> steps) override {
    const auto contains_nul = [](const CopyStep& step) { return step.rows.contains_nul(); };
    if (std::any_of(steps.begin(), steps.end(), contains_nul)) return NulInText();
    SWITCHBOARD_RETURN_IF_ERROR(CheckReady());
    return Conclude(CopyInBinary(session_.handle(), steps), LossNow());
  }

  absl::StatusOr<Rows> ExecuteScript(std::string_view sql) override {
    SWITCHBOARD_RETURN_IF_ERROR(CheckReady());
    return Run([&](pqxx::transaction_base& transaction) { return transaction.exec(std::string(sql)); });
  }

  absl::Status Transaction(absl::FunctionRef<absl::Status(Connection&)> body) override {
    if (transaction_ != nullptr) return absl::InternalError("transactions cannot be nested");
    SWITCHBOARD_RETURN_IF_ERROR(CheckReady());
    const absl::Status status = RunTransaction(body);
    // The driver says nothing of a ROLLBACK that failed.
    if (!session_.IsIdle()) session_.disconnect();
    return status;
  }

  bool IsOpen() const override { return session_.is_open(); }

  void DetectLoss() override {
    // An idle session has nothing to say but that it ends; a farewell may come before the end itself.
    pollfd poll_fd = {session_.sock(), POLLIN, 0};
    while (IsOpen() && poll(&poll_fd, 1, 0) > 0) {
      try {
        session_.get_notifs();
        if ((poll_fd.revents & (POLLERR | POLLHUP)) != 0) session_.disconnect();
      } catch (const std::exception&) {
        session_.disconnect();
      }
    }
  }

  int BackendPid() const override { return session_.backendpid(); }
  int ServerVersion() const override { return session_.server_version(); }

 private:
  // Whether a statement may be sent.
  absl::Status CheckReady() const {
    if (!IsOpen()) return AlreadyLost();
    // The driver has rolled back after a script that failed: what follows would commit by itself.
    return transaction_ == nullptr ? absl::OkStatus() : transaction_status_;
  }

  // What losing the session means while a statement is under way.
  LossMeans LossNow() const {
    return transaction_ == nullptr ? LossMeans::kOutcomeUnknown : LossMeans::kNothingHappened;
  }

  // At once: the driver would put it off, and a loss could then not be told from one during execution.
  absl::Status Prepare(const SqlStatement& statement) {
    SWITCHBOARD_RETURN_IF_ERROR(CheckReady());
    if (prepared_.contains(statement.name)) return absl::OkStatus();
    try {
      session_.prepare(statement.name, statement.text);
      session_.prepare_now(statement.name);
      prepared_.insert(statement.name);
      return absl::OkStatus();
    } catch (...) {
      return Failed(LossMeans::kNothingHappened);
    }
  }

  // Runs `call` inside the transaction that is open, or by itself.
  template <typename Call>
  absl::StatusOr<Rows> Run(Call call) {
    try {
      if (transaction_ != nullptr) return Rows(call(*transaction_));
      pqxx::nontransaction alone(session_);
      return Rows(call(alone));
    } catch (...) {
      return Failed(LossNow());
    }
  }

  absl::Status RunTransaction(absl::FunctionRef<absl::Status(Connection&)> body) {
    LossMeans loss = LossMeans::kNothingHappened;
    try {
      pqxx::work work(session_);
      SWITCHBOARD_RETURN_IF_ERROR(RunBody(work, body));
      loss = LossMeans::kOutcomeUnknown;
      work.commit();
      return absl::OkStatus();
    } catch (...) {
      return Failed(loss);
    }
  }

  absl::Status RunBody(pqxx::work& work, absl::FunctionRef<absl::Status(Connection&)> body) {
    transaction_ = &work;
    transaction_status_ = absl::OkStatus();
    const absl::Cleanup leave = [this] { transaction_ = nullptr; };
    const absl::Status status = body(*this);
    // A body that overlooked an error must not commit: the server would roll back and call that a success.
    return status.ok() ? transaction_status_ : status;
  }

  // Inside a catch block.
  absl::Status Failed(LossMeans loss) {
    return Conclude(session_.is_open() ? StatusOfServerException() : std::nullopt, loss);
  }

  // `answer` is what the server said. Where it said nothing, nobody knows what the session is in the middle of.
  absl::Status Conclude(const std::optional<absl::Status>& answer, LossMeans loss) {
    if (!answer.has_value()) session_.disconnect();
    const absl::Status status = answer.has_value() ? *answer : StatusOfLoss(loss);
    if (transaction_ != nullptr && transaction_status_.ok()) transaction_status_ = status;
    return status;
  }

  PqxxSession session_;
  absl::flat_hash_set<std::string_view> prepared_;
  pqxx::transaction_base* transaction_ = nullptr;
  absl::Status transaction_status_;  // its first error
};

}  // namespace

absl::StatusOr<std::unique_ptr<Connection>> Connection::Open(const SessionOptions& options) {
  try {
    return std::make_unique<PqxxConnection>(options);
  } catch (const std::exception& error) {
    // What libpq says here names hosts, databases and users, never a password.
    std::string message = error.what();
    std::replace(message.begin(), message.end(), '\n', ' ');
    return MakeError(absl::StatusCode::kUnavailable, reason::kDatabaseUnavailable,
                     StrCat("cannot connect to the database: ", std::string_view(message)));
  }
}

}  // namespace switchboard
