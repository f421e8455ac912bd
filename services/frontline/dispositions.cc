#include "services/frontline/dispositions.h"

#include "common/text/string_view.h"
#include "common/text/utf8.h"

namespace switchboard::frontline {

bool IsNonReply(v1::Disposition disposition) {
  return disposition == v1::LEFT_TO_STAND || disposition == v1::MONITORED;
}

bool IsOfReply(v1::Disposition disposition) { return !IsNonReply(disposition) && disposition != v1::WITHDRAWN; }

bool Fits(v1::Assessment assessment, v1::Disposition disposition) {
  if (disposition == v1::WITHDRAWN || disposition == v1::DUPLICATE || disposition == v1::ANSWERED) return true;
  switch (assessment) {
    case v1::QUESTION:
    case v1::UNHAPPY:  // is owed a reply
      return IsOfReply(disposition);
    case v1::MISTAKE_OF_FACT:
      return disposition == v1::FACTS_FIXED || disposition == v1::REFERRED || disposition == v1::MONITORED;
    case v1::ABUSE:
      return disposition == v1::REFERRED || IsNonReply(disposition);
    case v1::PRAISE:
      return disposition == v1::LEFT_TO_STAND;
    default:
      return true;
  }
}

std::string DispositionsThatFit(v1::Assessment assessment) {
  std::string names;
  for (int number = v1::Disposition_MIN + 1; number <= v1::Disposition_MAX; ++number) {
    const auto disposition = static_cast<v1::Disposition>(number);
    if (!v1::Disposition_IsValid(number) || !Fits(assessment, disposition)) continue;
    StrAppend(&names, names.empty() ? "" : ", ", v1::Disposition_Name(disposition));
  }
  return names;
}

std::string RecordedReason(v1::Assessment assessment, std::string_view reason) {
  if (assessment == v1::ASSESSMENT_UNSPECIFIED) return std::string(reason);
  constexpr size_t kMostReasonBytes = 512;
  const std::string& name = v1::Assessment_Name(assessment);
  if (reason.empty()) return name;
  return std::string(TruncateUtf8(StrCat(name, ": ", reason), kMostReasonBytes));
}

}  // namespace switchboard::frontline
