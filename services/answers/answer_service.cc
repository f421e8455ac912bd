#include "services/answers/answer_service.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/ids/resource_name.h"
#include "common/status/errors.h"
#include "common/status/status_macros.h"
#include "services/answers/recall_desk.h"
#include "services/wire/answer_to_proto.h"
#include "services/wire/field_checks.h"
#include "services/wire/page_token.h"
#include "services/wire/reply_decision.h"
#include "switchboard/v1/answers.grpc.pb.h"

namespace switchboard::answers {
namespace {

using wire::Need;

constexpr int kUsualPage = 100;
constexpr int kMostPage = 1000;
constexpr int kHighestAuthority = 9;
constexpr int kUsualCorrections = 1000;
constexpr int kMostCorrections = 10000;

using Base = v1::AnswerService::WithRawCallbackMethod_GetAnswer<v1::AnswerService::WithRawCallbackMethod_ListAnswers<
    v1::AnswerService::WithRawCallbackMethod_RecallAnswer<v1::AnswerService::Service>>>;

absl::StatusOr<RecallOrder> ReadRecall(const v1::RecallAnswerRequest& request) {
  FieldViolations violations;
  const AnswerRef answer = wire::CheckAnswer("name", request.name(), violations);
  if (!answer.version) violations.Add("name", "must say the version: answers/{answer}@{version}");
  wire::CheckReason("reason", request.reason(), Need::kRequired, violations);
  RecallOrder order{.id = answer.id, .version = answer.version.value_or(1), .reason = request.reason()};
  order.worker = wire::CheckWorker("worker", request.worker(), violations);
  for (const auto& [language, text] : request.corrections()) {
    const std::string field = absl::StrCat("corrections[", language, "]");
    if (wire::CheckLanguage(field, language, violations) != language) violations.Add(field, "is no language code");
    wire::CheckText(field, text, guidance::kMostAnswerTextBytes, violations);
    order.corrections[language] = text;
  }
  order.authority_level =
      wire::CheckCount("authority_level", request.authority_level(), 0, 0, kHighestAuthority, violations);
  order.max_count =
      wire::CheckCount("max_count", request.max_count(), kUsualCorrections, 1, kMostCorrections, violations);
  order.dry_run = request.dry_run();
  SWITCHBOARD_RETURN_IF_ERROR(violations.ToStatus());
  return order;
}

class AnswerServiceImpl final : public Base {
 public:
  explicit AnswerServiceImpl(const AnswerRooms& rooms)
      : rooms_(rooms),
        get_(rooms.edge.Method(kServiceName, "GetAnswer")),
        list_(rooms.edge.Method(kServiceName, "ListAnswers")),
        recall_(rooms.edge.Method(kServiceName, "RecallAnswer")),
        desk_(rooms.engine, rooms.store, rooms.guidelines, rooms.in_force, rooms.permits) {}

  using Context = grpc::CallbackServerContext;
  using Bytes = grpc::ByteBuffer;

  grpc::ServerUnaryReactor* GetAnswer(Context* context, const Bytes* in, Bytes* out) override {
    return Serve(context, in, out, get_, &AnswerServiceImpl::DoGetAnswer);
  }
  grpc::ServerUnaryReactor* ListAnswers(Context* context, const Bytes* in, Bytes* out) override {
    return Serve(context, in, out, list_, &AnswerServiceImpl::DoListAnswers);
  }
  grpc::ServerUnaryReactor* RecallAnswer(Context* context, const Bytes* in, Bytes* out) override {
    return Serve(context, in, out, recall_, &AnswerServiceImpl::DoRecallAnswer);
  }

 private:
  template <typename Request, typename Response>
  using Handler = absl::Status (AnswerServiceImpl::*)(const Request&, CallInfo&, Response&);

  template <typename Request, typename Response>
  grpc::ServerUnaryReactor* Serve(Context* context, const Bytes* in, Bytes* out, RpcMethod& method,
                                  Handler<Request, Response> handler) {
    return rooms_.edge.UnaryOn<Request, Response>(
        rooms_.blocking, context, in, out, method,
        [this, handler](const Request& request, CallInfo& call, Responder<Response> respond) {
          const absl::Status status = (this->*handler)(request, call, respond.response());
          respond(status);
        });
  }

  absl::Status DoGetAnswer(const v1::GetAnswerRequest& request, CallInfo& call, v1::Answer& response);
  absl::Status DoListAnswers(const v1::ListAnswersRequest& request, CallInfo& call, v1::ListAnswersResponse& response);
  absl::Status DoRecallAnswer(const v1::RecallAnswerRequest& request, CallInfo& call,
                              v1::RecallAnswerResponse& response);
  // With whether it is recalled and in force.
  void Fill(const guidance::Answer& answer, bool in_force, v1::Answer& out) const;

  const AnswerRooms rooms_;
  RpcMethod& get_;
  RpcMethod& list_;
  RpcMethod& recall_;
  RecallDesk desk_;
};

void AnswerServiceImpl::Fill(const guidance::Answer& answer, bool in_force, v1::Answer& out) const {
  wire::FillAnswer(answer, out);
  out.set_in_force(in_force);
  out.set_recalled(rooms_.in_force.recalled()->contains(answer.NameWithVersion()));
}

absl::Status AnswerServiceImpl::DoGetAnswer(const v1::GetAnswerRequest& request, CallInfo&, v1::Answer& response) {
  FieldViolations violations;
  const AnswerRef wanted = wire::CheckAnswer("name", request.name(), violations);
  SWITCHBOARD_RETURN_IF_ERROR(violations.ToStatus());
  const auto index = rooms_.in_force.index();
  const guidance::Answer* const now = index == nullptr ? nullptr : index->library().Find(wanted.id);
  if (now != nullptr && wanted.version.value_or(now->version) == now->version) {
    Fill(*now, true, response);
    return absl::OkStatus();
  }
  if (!wanted.version) {
    return NotFound(
        "switchboard.v1.Answer", request.name(),
        absl::StrCat("there is no answer ", request.name(), " in force; name a version, or ask ListAnswers"));
  }
  SWITCHBOARD_ASSIGN_OR_RETURN(const guidance::AnswerVersion kept, rooms_.store.Get(wanted.id, *wanted.version));
  SWITCHBOARD_ASSIGN_OR_RETURN(const auto library, guidance::ParseAnswers(kept.content, request.name()));
  Fill(library->answers.at(0), false, response);
  return absl::OkStatus();
}

absl::Status AnswerServiceImpl::DoListAnswers(const v1::ListAnswersRequest& request, CallInfo&,
                                              v1::ListAnswersResponse& response) {
  FieldViolations violations;
  const int size = wire::CheckPageSize("page_size", request.page_size(), kUsualPage, kMostPage, violations);
  const std::string topic = wire::CheckTopic("topic", request.topic(), Need::kOptional, violations);
  const std::string language = wire::CheckLanguage("language", request.language(), violations);
  SWITCHBOARD_RETURN_IF_ERROR(violations.ToStatus());
  const wire::PageScope scope("ListAnswers", absl::StrCat(topic, " ", language));
  SWITCHBOARD_ASSIGN_OR_RETURN(const int64_t from, scope.CursorIn(request.page_token()));
  const auto index = rooms_.in_force.index();
  if (index == nullptr) return absl::OkStatus();
  const std::vector<guidance::Answer>& answers = index->library().answers;
  for (auto i = static_cast<size_t>(std::max<int64_t>(from, 0)); i < answers.size(); ++i) {
    const guidance::Answer& answer = answers[i];
    const bool fits =
        topic.empty() || std::find(answer.topics.begin(), answer.topics.end(), topic) != answer.topics.end();
    if (!fits || (!language.empty() && !answer.text.contains(language))) continue;
    if (response.answers_size() == size) {
      response.set_next_page_token(scope.TokenAfter(static_cast<int64_t>(i)));
      break;
    }
    Fill(answer, true, *response.add_answers());
  }
  return absl::OkStatus();
}

absl::Status AnswerServiceImpl::DoRecallAnswer(const v1::RecallAnswerRequest& request, CallInfo& call,
                                               v1::RecallAnswerResponse& response) {
  SWITCHBOARD_ASSIGN_OR_RETURN(RecallOrder order, ReadRecall(request));
  order.given_up = [&call] { return call.cancelled(); };
  SWITCHBOARD_ASSIGN_OR_RETURN(const RecallResult result, desk_.Recall(order));
  response.set_corrected_count(result.corrected);
  response.set_remaining_count(result.remaining);
  for (const RefusedCorrection& each : result.refused) {
    v1::RecallAnswerResponse::Refused& refused = *response.add_refused();
    refused.set_inquiry(InquiryName(each.inquiry));
    wire::FillDecision(each.decision, *refused.mutable_decision());
  }
  return absl::OkStatus();
}

}  // namespace

std::unique_ptr<grpc::Service> MakeAnswerService(const AnswerRooms& rooms) {
  return std::make_unique<AnswerServiceImpl>(rooms);
}

}  // namespace switchboard::answers
