// What is found when everything has healed: through the API, and in the tables themselves.
#ifndef SWITCHBOARD_TESTS_FAULT_FINAL_STATE_READER_H_
#define SWITCHBOARD_TESTS_FAULT_FINAL_STATE_READER_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/postgres/connection.h"
#include "tests/fault/history.h"

namespace switchboard::fault {

// How many inquiries wait, are leased or delayed.
absl::StatusOr<int64_t> CountOpen(Connection& connection);

// The inquiries as ListInquiries shows them, the dead letters as ListDeadLetters does, and the events as the database
// has them.
absl::StatusOr<FinalState> ReadFinalState(const std::shared_ptr<grpc::Channel>& channel, Connection& connection);

// The names of the dead letters, as ListDeadLetters shows them.
absl::StatusOr<std::vector<std::string>> ListDeadLetters(const std::shared_ptr<grpc::Channel>& channel);

}  // namespace switchboard::fault

#endif  // SWITCHBOARD_TESTS_FAULT_FINAL_STATE_READER_H_
