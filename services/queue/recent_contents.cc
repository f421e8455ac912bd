#include "services/queue/recent_contents.h"

#include <utility>

namespace switchboard::queue {
namespace {

int64_t BytesOf(const InquiryContent& content) {
  size_t bytes = sizeof content + 3 * sizeof(void*);
  for (const std::string* text : {&content.topic, &content.runner_up, &content.language, &content.area, &content.route,
                                  &content.external_id, &content.author, &content.urgency_signals, &content.text}) {
    bytes += text->size();
  }
  return static_cast<int64_t>(bytes);
}

}  // namespace

void RecentContents::Keep(absl::Span<const InquiryContent* const> contents) {
  absl::MutexLock lock(&mutex_);
  for (const InquiryContent* content : contents) {
    if (by_id_.contains(content->id)) continue;
    by_id_[content->id] = order_.insert(order_.end(), *content);
    bytes_ += BytesOf(*content);
  }
  while (bytes_ > max_bytes_) TakeOut(order_.begin());
}

std::optional<InquiryContent> RecentContents::Take(int64_t id) {
  absl::MutexLock lock(&mutex_);
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) return std::nullopt;
  return TakeOut(found->second);
}

InquiryContent RecentContents::TakeOut(Order::iterator position) {
  InquiryContent content = std::move(*position);
  bytes_ -= BytesOf(content);
  by_id_.erase(content.id);
  order_.erase(position);
  return content;
}

}  // namespace switchboard::queue
