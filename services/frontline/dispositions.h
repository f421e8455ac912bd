// Which settlements go with what: the triage of comments that governments use. Pure.
#ifndef SWITCHBOARD_SERVICES_FRONTLINE_DISPOSITIONS_H_
#define SWITCHBOARD_SERVICES_FRONTLINE_DISPOSITIONS_H_

#include <string>
#include <string_view>

#include "switchboard/v1/resources.pb.h"

namespace switchboard::frontline {

// Nobody replies, for a reason that is on the record: LEFT_TO_STAND, MONITORED.
bool IsNonReply(v1::Disposition disposition);

// What a reply can settle: not a non-reply, and nothing that was taken back.
bool IsOfReply(v1::Disposition disposition);

// Whether what a comment turned out to be may be settled so; anything fits ASSESSMENT_UNSPECIFIED. See
// CompleteInquiryRequest.assessment.
bool Fits(v1::Assessment assessment, v1::Disposition disposition);

// "ANSWERED, LEFT_TO_STAND, …", for error texts.
std::string DispositionsThatFit(v1::Assessment assessment);

// What goes on the record: "PRAISE: thanks the crew".
std::string RecordedReason(v1::Assessment assessment, std::string_view reason);

}  // namespace switchboard::frontline

#endif  // SWITCHBOARD_SERVICES_FRONTLINE_DISPOSITIONS_H_
