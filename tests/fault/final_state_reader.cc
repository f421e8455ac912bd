#include "tests/fault/final_state_reader.h"

#include <utility>

#include "absl/container/flat_hash_map.h"
#include "common/ids/id_generator.h"
#include "common/ids/resource_name.h"
#include "common/rpc/status_conversion.h"
#include "common/status/status_macros.h"
#include "switchboard/v1/intake.grpc.pb.h"
#include "switchboard/v1/operations.grpc.pb.h"

namespace switchboard::fault {
namespace {

constexpr int kPageSize = 1000;

absl::StatusOr<std::vector<FinalInquiry>> ListInquiries(const std::shared_ptr<grpc::Channel>& channel) {
  const auto stub = v1::IntakeService::NewStub(channel);
  std::vector<FinalInquiry> inquiries;
  v1::ListInquiriesRequest request;
  request.set_page_size(kPageSize);
  do {
    grpc::ClientContext context;
    v1::ListInquiriesResponse response;
    SWITCHBOARD_RETURN_IF_ERROR(FromGrpc(stub->ListInquiries(&context, request, &response)));
    for (const v1::Inquiry& each : response.inquiries()) {
      inquiries.push_back({each.name(), each.external_id(), each.text(), each.state(), each.attempts(), {}});
    }
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  return inquiries;
}

// By the inquiry's name.
using Events = absl::flat_hash_map<std::string, std::vector<RecordedEvent>>;

absl::StatusOr<Events> ReadEvents(Connection& connection) {
  SWITCHBOARD_ASSIGN_OR_RETURN(
      const Rows rows,
      connection.ExecuteScript("SELECT id, seq, kind, attempts, ready_at IS NOT NULL, "
                               "coalesce(reason, ''), coalesce(token, 0) FROM switchboard.event ORDER BY id, seq"));
  Events events;
  for (const Row row : rows) {
    events[InquiryName(row.Int64(0))].push_back({static_cast<v1::Event::Kind>(row.Int(2)), TimeOf(row.Int64(1)),
                                                 row.Int(3), row.Bool(4), std::string(row.Text(5)), row.Int64(6)});
  }
  return events;
}

}  // namespace

absl::StatusOr<int64_t> CountOpen(Connection& connection) {
  SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows,
                               connection.ExecuteScript("SELECT (SELECT count(*) FROM switchboard.dispatch) + "
                                                        "(SELECT count(*) FROM switchboard.delayed)"));
  return rows[0].Int64(0);
}

absl::StatusOr<std::vector<std::string>> ListDeadLetters(const std::shared_ptr<grpc::Channel>& channel) {
  const auto stub = v1::OperationsService::NewStub(channel);
  std::vector<std::string> names;
  v1::ListDeadLettersRequest request;
  request.set_page_size(kPageSize);
  do {
    grpc::ClientContext context;
    v1::ListDeadLettersResponse response;
    SWITCHBOARD_RETURN_IF_ERROR(FromGrpc(stub->ListDeadLetters(&context, request, &response)));
    for (const v1::DeadLetter& each : response.dead_letters()) names.push_back(each.inquiry().name());
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  return names;
}

absl::StatusOr<FinalState> ReadFinalState(const std::shared_ptr<grpc::Channel>& channel, Connection& connection) {
  FinalState state;
  SWITCHBOARD_ASSIGN_OR_RETURN(state.inquiries, ListInquiries(channel));
  SWITCHBOARD_ASSIGN_OR_RETURN(state.dead_letters, ListDeadLetters(channel));
  SWITCHBOARD_ASSIGN_OR_RETURN(const Events events, ReadEvents(connection));
  for (FinalInquiry& inquiry : state.inquiries) {
    SWITCHBOARD_ASSIGN_OR_RETURN(const int64_t id, ParseInquiryName(inquiry.inquiry));
    inquiry.events.push_back({v1::Event::RECEIVED, TimeOf(id), 0, false, "", 0});  // which is the inquiry itself
    if (const auto found = events.find(inquiry.inquiry); found != events.end()) {
      inquiry.events.insert(inquiry.events.end(), found->second.begin(), found->second.end());
    }
  }
  return state;
}

}  // namespace switchboard::fault
