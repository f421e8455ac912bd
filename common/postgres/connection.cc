#include "common/postgres/connection.h"

#include <poll.h>

#include <algorithm>
#include <pqxx/connection>
#include <pqxx/nontransaction>
#include <pqxx/prepared_statement>
#include <pqxx/transaction>
#include <pqxx/version>
#include <utility>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/container/flat_hash_set.h"
#include "common/postgres/conninfo.h"
#include "common/postgres/database_error.h"
#include "common/status/errors.h"
#include "common/status/status_macros.h"
#include "common/text/string_view.h"

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

class PqxxConnection final : public Connection {
 public:
  explicit PqxxConnection(const SessionOptions& options) : session_(CompleteConninfo(options)) {
#if PQXX_VERSION_MAJOR < 7
    // This driver would quietly connect again, and then a statement would run in a session that was not set up.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    session_.inhibit_reactivation(true);
#pragma GCC diagnostic pop
#endif
    // Details and hints quote values.
    session_.set_verbosity(pqxx::connection::terse);
    pqxx::nontransaction(session_).exec(SessionSettings(options));
  }

  absl::StatusOr<Rows> Execute(const SqlStatement& statement, const Params& params) override {
    if (params.contains_nul()) {
      return MakeError(absl::StatusCode::kInvalidArgument, reason::kDatabaseRefused, "a text must not contain NUL");
    }
    SWITCHBOARD_RETURN_IF_ERROR(Prepare(statement));
    const absl::Cleanup forget = [this] { terminated_.clear(); };  // a model among them would stay in memory
    return Run([&](pqxx::transaction_base& transaction) {
      return transaction.exec_prepared(statement.name, pqxx::prepare::make_dynamic_params(Texts(params)));
    });
  }

  absl::StatusOr<Rows> ExecuteScript(std::string_view sql) override {
    return Run([&](pqxx::transaction_base& transaction) { return transaction.exec(std::string(sql)); });
  }

  absl::Status Transaction(absl::FunctionRef<absl::Status(Connection&)> body) override {
    if (transaction_ != nullptr) return absl::InternalError("transactions cannot be nested");
    if (!IsOpen()) return AlreadyLost();
    LossMeans loss = LossMeans::kNothingHappened;
    try {
      pqxx::work work(session_);
      if (absl::Status status = RunBody(work, body); !status.ok()) {
        work.abort();
        return status;
      }
      loss = LossMeans::kOutcomeUnknown;
      work.commit();
      return absl::OkStatus();
    } catch (...) {
      return StatusOfCurrentException(loss);
    }
  }

  bool IsOpen() const override { return !lost_ && session_.is_open(); }

  void DetectLoss() override {
    // An idle session has nothing to say but that it ends; a farewell may come before the end itself.
    pollfd poll_fd = {session_.sock(), POLLIN, 0};
    while (IsOpen() && poll(&poll_fd, 1, 0) > 0) {
      try {
        session_.get_notifs();
        if ((poll_fd.revents & (POLLERR | POLLHUP)) != 0) lost_ = true;
      } catch (...) {
        lost_ = true;
      }
    }
  }

  int BackendPid() const override { return session_.backendpid(); }
  int ServerVersion() const override { return session_.server_version(); }

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

  absl::Status Prepare(const SqlStatement& statement) {
    if (!IsOpen()) return AlreadyLost();
    if (prepared_.contains(statement.name)) return absl::OkStatus();
    try {
      session_.prepare(statement.name, statement.text);
#if PQXX_VERSION_MAJOR < 7
      // This driver would put it off, and a loss could then not be told from one during execution.
      session_.prepare_now(statement.name);
#endif
      prepared_.insert(statement.name);
      return absl::OkStatus();
    } catch (...) {
      return Failed(StatusOfCurrentException(LossMeans::kNothingHappened));
    }
  }

  // Runs `call` inside the transaction that is open, or in one of its own.
  template <typename Call>
  absl::StatusOr<Rows> Run(Call call) {
    if (!IsOpen()) return AlreadyLost();
    const LossMeans loss = transaction_ != nullptr ? LossMeans::kNothingHappened : LossMeans::kOutcomeUnknown;
    try {
      if (transaction_ != nullptr) return Rows(call(*transaction_));
      pqxx::nontransaction alone(session_);
      return Rows(call(alone));
    } catch (...) {
      return Failed(StatusOfCurrentException(loss));
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

  absl::Status Failed(absl::Status status) {
    if (transaction_ != nullptr && transaction_status_.ok()) transaction_status_ = status;
    return status;
  }

  pqxx::connection session_;
  absl::flat_hash_set<std::string_view> prepared_;
  std::vector<std::string> terminated_;  // reused between statements
  pqxx::transaction_base* transaction_ = nullptr;
  absl::Status transaction_status_;
  bool lost_ = false;
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
