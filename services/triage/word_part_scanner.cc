#include "services/triage/word_part_scanner.h"

namespace switchboard::triage {

WordPartScanner::WordPartScanner(const std::vector<std::string>& parts) : parts_(parts.size()) {
  for (const std::string& part : parts) {
    for (const char c : part) {
      uint8_t& known = class_of_[static_cast<unsigned char>(c)];
      if (known == 0) known = static_cast<uint8_t>(classes_++);
    }
  }
  AddState();
  for (size_t i = 0; i < parts.size(); ++i) AddPart(parts[i], static_cast<int>(i));
  Link();
  WriteOutSteps();
}

uint32_t WordPartScanner::AddState() {
  next_.resize(next_.size() + classes_, 0);
  part_.push_back(kNone);
  shorter_.push_back(0);
  return static_cast<uint32_t>(part_.size() - 1);
}

void WordPartScanner::AddPart(const std::string& part, int index) {
  if (part.empty()) return;
  uint32_t state = 0;
  for (const char c : part) {
    const size_t at = state * classes_ + class_of_[static_cast<unsigned char>(c)];
    if (next_[at] == 0) {
      const uint32_t added = AddState();  // may move next_
      next_[at] = added;
    }
    state = next_[at];
  }
  part_[state] = index;
}

// Breadth first: where a state has no way on, it goes where its longest proper suffix would.
void WordPartScanner::Link() {
  std::vector<uint32_t> suffix(part_.size(), 0);
  std::vector<uint32_t> queue = {0};
  for (size_t head = 0; head < queue.size(); ++head) {
    const uint32_t state = queue[head];
    if (state != 0) shorter_[state] = part_[suffix[state]] != kNone ? suffix[state] : shorter_[suffix[state]];
    for (size_t c = 1; c < classes_; ++c) {
      uint32_t& to = next_[state * classes_ + c];
      const uint32_t instead = state == 0 ? 0 : next_[suffix[state] * classes_ + c];
      if (to == 0) {
        to = instead;
        continue;
      }
      suffix[to] = instead;
      queue.push_back(to);
    }
  }
}

// So that a byte at which nothing ends, as at most, costs one look into memory.
void WordPartScanner::WriteOutSteps() {
  for (uint32_t& step : next_) {
    const uint32_t state = step;
    step = static_cast<uint32_t>(state * classes_);
    if (part_[state] != kNone || shorter_[state] != 0) step |= kEnds;
  }
}

void WordPartScanner::Find(std::string_view text, std::vector<int>* found) const {
  found->clear();
  if (parts_ == 0) return;
  static thread_local std::vector<uint8_t> seen;
  seen.assign(parts_, 0);
  uint32_t row = 0;
  for (const char c : text) {
    const uint32_t step = next_[row + class_of_[static_cast<unsigned char>(c)]];
    row = step & ~kEnds;
    if (step == row) continue;
    const uint32_t state = row / static_cast<uint32_t>(classes_);
    for (uint32_t end = part_[state] != kNone ? state : shorter_[state]; end != 0; end = shorter_[end]) {
      const int part = part_[end];
      if (seen[part] != 0) break;  // then those that end with it were seen, too
      seen[part] = 1;
      found->push_back(part);
    }
  }
}

}  // namespace switchboard::triage
