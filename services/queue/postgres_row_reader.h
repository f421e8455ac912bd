// How rows of this room's statements are read.
#ifndef SWITCHBOARD_SERVICES_QUEUE_POSTGRES_ROW_READER_H_
#define SWITCHBOARD_SERVICES_QUEUE_POSTGRES_ROW_READER_H_

#include "common/postgres/rows.h"
#include "services/queue/inquiry_record.h"
#include "services/queue/place.h"

namespace switchboard::queue {

// The columns of an inquiry from tenant to text, in the order in which every statement gives them; 18 of them.
inline constexpr int kContentColumns = 18;
InquiryContent ReadContent(const Row& row, int64_t id, int first_column);

// id, queue, lane, position: where an inquiry waits now.
DueInquiry ReadDueInquiry(const Row& row);

// id, content, state, queue, lane, attempts, corrected topic, disposition.
inline constexpr int kInquiryColumns = 1 + kContentColumns + 6;
StoredInquiry ReadInquiry(const Row& row);

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_SERVICES_QUEUE_POSTGRES_ROW_READER_H_
