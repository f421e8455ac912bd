#include "services/triage/service/triage_service.h"

#include <algorithm>
#include <string>
#include <utility>

#include "common/ids/resource_name.h"
#include "common/status/errors.h"
#include "common/status/status_macros.h"
#include "common/text/string_view.h"
#include "services/triage/language.h"
#include "services/triage/service/triage_to_proto.h"
#include "services/wire/field_checks.h"
#include "services/wire/inquiry_to_proto.h"
#include "services/wire/page_token.h"

namespace switchboard::triage {
namespace {

constexpr int kStandardPage = 100;
constexpr int kMostPage = 1000;

// Gives `fill` each item of the page and returns the token of the next page. A page is an index into a list that never
// changes within one version of the configuration, so a token is bound to that version.
template <typename Items, typename Fill>
absl::StatusOr<std::string> FillPage(std::string_view list, int64_t version, const Items& items, int page_size,
                                     const std::string& page_token, Fill fill) {
  const wire::PageScope scope(list, StrCat("configuration ", version));
  SWITCHBOARD_ASSIGN_OR_RETURN(const int64_t first, scope.CursorIn(page_token));
  const int64_t end = std::min<int64_t>(first + page_size, static_cast<int64_t>(items.size()));
  for (int64_t i = first; i < end; ++i) fill(items[static_cast<size_t>(i)]);
  return end < static_cast<int64_t>(items.size()) ? scope.TokenAfter(end) : "";
}

absl::StatusOr<int> PageSizeOf(int32_t asked) {
  FieldViolations violations;
  const int size = wire::CheckPageSize("page_size", asked, kStandardPage, kMostPage, violations);
  SWITCHBOARD_RETURN_IF_ERROR(violations.ToStatus());
  return size;
}

// How sure the language is: the caller's word counts as certain, and so does a text that names no other.
double LanguageConfidence(const v1::SortTextRequest& request, const std::string& found) {
  if (!request.language().empty()) return 1;
  const LanguageGuess guess = DetectLanguage(request.text());
  return guess.code == found ? guess.margin : 0;
}

}  // namespace

absl::StatusOr<v1::SortTextResponse> TriageDesk::SortText(const v1::SortTextRequest& request) const {
  FieldViolations violations;
  wire::CheckText("text", request.text(), options_.max_text_bytes, violations);
  wire::CheckEnum("channel", request.channel(), wire::Need::kOptional, violations);
  wire::CheckEnum("visibility", request.visibility(), wire::Need::kOptional, violations);
  const std::string language = wire::CheckLanguage("language", request.language(), violations);
  wire::CheckArea("area", request.area(), violations);
  SWITCHBOARD_RETURN_IF_ERROR(violations.ToStatus());

  const v1::Channel channel = request.channel() == v1::CHANNEL_UNSPECIFIED ? v1::WEB : request.channel();
  SWITCHBOARD_ASSIGN_OR_RETURN(const auto in_force, triage_.InForce());
  SWITCHBOARD_ASSIGN_OR_RETURN(
      const TriageDecision decision,
      triage_.Decide({.text = request.text(),
                      .channel = static_cast<Channel>(channel),
                      .visibility = static_cast<Visibility>(wire::VisibilityOn(channel, request.visibility())),
                      .language = language,
                      .area = request.area(),
                      .explain = true},
                     Occasion::kDryRun));
  v1::SortTextResponse response;
  FillDecision(decision, *in_force->configuration, response);
  response.set_language_confidence(LanguageConfidence(request, decision.sort.language));
  return response;
}

absl::StatusOr<v1::ListTopicsResponse> TriageDesk::ListTopics(const v1::ListTopicsRequest& request) const {
  SWITCHBOARD_ASSIGN_OR_RETURN(const int page_size, PageSizeOf(request.page_size()));
  SWITCHBOARD_ASSIGN_OR_RETURN(const auto in_force, triage_.InForce());
  const Configuration& configuration = *in_force->configuration;
  v1::ListTopicsResponse response;
  SWITCHBOARD_ASSIGN_OR_RETURN(*response.mutable_next_page_token(),
                               FillPage("ListTopics", in_force->configuration_version, configuration.topics, page_size,
                                        request.page_token(), [&](const Topic& topic) {
                                          FillTopic(topic, in_force->sorter->ThresholdOf(topic.id),
                                                    *response.add_topics());
                                        }));
  return response;
}

absl::StatusOr<v1::ListRoutesResponse> TriageDesk::ListRoutes(const v1::ListRoutesRequest& request) const {
  SWITCHBOARD_ASSIGN_OR_RETURN(const int page_size, PageSizeOf(request.page_size()));
  SWITCHBOARD_ASSIGN_OR_RETURN(const auto in_force, triage_.InForce());
  v1::ListRoutesResponse response;
  SWITCHBOARD_ASSIGN_OR_RETURN(
      *response.mutable_next_page_token(),
      FillPage("ListRoutes", in_force->configuration_version, in_force->configuration->routes, page_size,
               request.page_token(), [&](const Route& route) { FillRoute(route, *response.add_routes()); }));
  return response;
}

TriageService::TriageService(RpcEdge& edge, const CountedTriage& triage, TriageServiceOptions options)
    : edge_(edge),
      desk_(triage, options),
      sort_text_(edge.Method(kName, "SortText")),
      list_topics_(edge.Method(kName, "ListTopics")),
      list_routes_(edge.Method(kName, "ListRoutes")) {}

grpc::ServerUnaryReactor* TriageService::SortText(grpc::CallbackServerContext* context, const grpc::ByteBuffer* in,
                                                  grpc::ByteBuffer* out) {
  return edge_.Unary<v1::SortTextRequest, v1::SortTextResponse>(
      context, in, out, sort_text_,
      [this](const v1::SortTextRequest& request, CallInfo&, auto respond) { respond(desk_.SortText(request)); });
}

grpc::ServerUnaryReactor* TriageService::ListTopics(grpc::CallbackServerContext* context, const grpc::ByteBuffer* in,
                                                    grpc::ByteBuffer* out) {
  return edge_.Unary<v1::ListTopicsRequest, v1::ListTopicsResponse>(
      context, in, out, list_topics_,
      [this](const v1::ListTopicsRequest& request, CallInfo&, auto respond) { respond(desk_.ListTopics(request)); });
}

grpc::ServerUnaryReactor* TriageService::ListRoutes(grpc::CallbackServerContext* context, const grpc::ByteBuffer* in,
                                                    grpc::ByteBuffer* out) {
  return edge_.Unary<v1::ListRoutesRequest, v1::ListRoutesResponse>(
      context, in, out, list_routes_,
      [this](const v1::ListRoutesRequest& request, CallInfo&, auto respond) { respond(desk_.ListRoutes(request)); });
}

}  // namespace switchboard::triage
