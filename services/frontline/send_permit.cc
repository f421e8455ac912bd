#include "services/frontline/send_permit.h"

#include <string>

#include "common/status/errors.h"
#include "common/text/string_view.h"
#include "services/frontline/queue_training.h"

namespace switchboard::frontline {
namespace {

using workforce::Certification;

constexpr char kWhatToDo[] =
    "; nothing was sent: be certified, or leave it to somebody who is (transfer, escalate or return it)";

absl::Status Refusal(std::string_view reason, const std::string& guideline, std::string_view what) {
  return MakeError(absl::StatusCode::kFailedPrecondition, reason, StrCat(what, kWhatToDo), {{"guideline", guideline}});
}

absl::Status CheckOne(const workforce::Worker& worker, const guidance::Guideline& guideline, absl::Time now) {
  const std::string name = guideline.NameWithVersion();
  switch (workforce::CertificationOf(worker, guideline.id, guideline.major_version, now)) {
    case Certification::kCurrent:
      return absl::OkStatus();
    case Certification::kStale:
      return Refusal(reason::kCertificationStale, name,
                     StrCat("the worker is certified for version ", worker.FindTraining(guideline.id)->major_version,
                            " of a guideline, and ", name, " is in force"));
    case Certification::kExpired:
      return Refusal(reason::kCertificationExpired, name,
                     StrCat("the worker's certification for ", name, " has expired"));
    case Certification::kNone:
      break;
  }
  return Refusal(reason::kNotCertified, name, StrCat("the worker was never certified for ", name));
}

}  // namespace

absl::Status MaySend(const workforce::Worker* worker, bool registered_only, const guidance::GuidelineBook& book,
                     const ReplyPlace& place, absl::Time now) {
  if (worker == nullptr) {
    if (!registered_only) return absl::OkStatus();
    return Refusal(reason::kNotCertified, "", "the worker is not registered, and this server demands it");
  }
  for (const guidance::Guideline& guideline : book.guidelines) {
    if (!AsksForTraining(guideline) || !guideline.scope.Covers(place.topic, place.channel, place.is_public)) continue;
    if (absl::Status status = CheckOne(*worker, guideline, now); !status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace switchboard::frontline
