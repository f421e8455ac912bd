#include "services/queue/outbound.h"

#include "common/text/string_view.h"
#include "switchboard/v1/resources.pb.h"

namespace switchboard::queue {

std::string DeliveryRemark(const OutboundReport& report, int16_t visibility, int64_t message_number) {
  std::string remark =
      StrCat(v1::Channel_Name(report.channel), ", ", v1::Visibility_Name(visibility), ", message ", message_number);
  if (!report.reason.empty()) StrAppend(&remark, ": ", report.reason);
  return remark;
}

}  // namespace switchboard::queue
