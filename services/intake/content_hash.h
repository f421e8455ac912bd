// Tells a repeated request from another one that reuses its request id.
#ifndef SWITCHBOARD_SERVICES_INTAKE_CONTENT_HASH_H_
#define SWITCHBOARD_SERVICES_INTAKE_CONTENT_HASH_H_

#include <cstdint>
#include <string_view>

#include "services/queue/inquiry_record.h"

namespace switchboard::intake {

// Over everything that a caller gives of an inquiry, after defaults were filled in; `topic`, `language` and
// `priority` (0: none) as the caller gave them, not as they were found. Kept in the database for as long as request ids
// are remembered: the same content gives the same number on any machine and in any later version.
uint64_t HashOfInquiry(const queue::InquiryContent& content, std::string_view topic, std::string_view language,
                       int priority = 0);

// Over a message that is added to the conversation of the inquiry `id`.
uint64_t HashOfMessage(int64_t id, int16_t visibility, std::string_view text);

}  // namespace switchboard::intake

#endif  // SWITCHBOARD_SERVICES_INTAKE_CONTENT_HASH_H_
