#include "services/triage/word_part_scanner.h"

#include <algorithm>
#include <cstring>

namespace switchboard::triage {

WordPartScanner::WordPartScanner(const std::vector<std::string>& parts) : parts_(parts.size()) {
  for (const std::string& part : parts) {
    for (const char c : part) {
      uint8_t& known = class_of_[static_cast<unsigned char>(c)];
      if (known == 0) known = static_cast<uint8_t>(classes_++);
    }
  }
  AddState(0);
  for (size_t i = 0; i < parts.size(); ++i) AddPart(parts[i], static_cast<int>(i));
  Link();
  WriteOutSteps();
  NoteBegins(parts);
}

void WordPartScanner::NoteBegins(const std::vector<std::string>& parts) {
  const auto is_short = [](const std::string& part) { return !part.empty() && part.size() < kBeginBytes; };
  if (std::any_of(parts.begin(), parts.end(), is_short)) return;
  begins_.assign(kBegins / 64, 0);
  for (const std::string& part : parts) {
    if (part.empty()) continue;
    const size_t place = PlaceOf(BeginOf(part));
    begins_[place / 64] |= uint64_t{1} << (place % 64);
  }
}

uint32_t WordPartScanner::AddState(size_t depth) {
  next_.resize(next_.size() + classes_, 0);
  depth_.push_back(static_cast<uint8_t>(std::min(depth, kBeginBytes)));
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
      const uint32_t added = AddState(depth_[state] + size_t{1});  // may move next_
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
    if (depth_[state] < kBeginBytes) step |= kShallow;
  }
}

// The first bytes of a text that has kBeginBytes or more.
uint32_t WordPartScanner::BeginOf(std::string_view text) {
  uint32_t bytes = 0;
  std::memcpy(&bytes, text.data(), std::min(text.size(), kBeginBytes + 1));
  return bytes;
}

// Where the automaton is to be entered next; the text's size where nowhere.
size_t WordPartScanner::NextBegin(std::string_view text, size_t at) const {
  constexpr uint32_t kFirstBytes = 0xFFFFFF;
  for (; at + kBeginBytes < text.size(); ++at) {
    uint32_t bytes = 0;
    std::memcpy(&bytes, text.data() + at, sizeof bytes);
    if (IsBegin(bytes) || IsBegin(bytes & kFirstBytes)) return at;
  }
  const bool last = at + kBeginBytes == text.size() && IsBegin(BeginOf(text.substr(at)));
  return last ? at : text.size();
}

void WordPartScanner::NoteEnds(uint32_t state, std::vector<uint8_t>* seen, std::vector<int>* found) const {
  for (uint32_t end = part_[state] != kNone ? state : shorter_[state]; end != 0; end = shorter_[end]) {
    const int part = part_[end];
    if ((*seen)[part] != 0) break;  // then those that end with it were seen, too
    (*seen)[part] = 1;
    found->push_back(part);
  }
}

// Where the automaton has come back to fewer than kBeginBytes bytes, the text is looked at from there on as if the
// automaton had not begun yet: every time at least one byte further on than the time before.
void WordPartScanner::Find(std::string_view text, std::vector<int>* found) const {
  found->clear();
  if (parts_ == 0) return;
  static thread_local std::vector<uint8_t> seen;
  seen.assign(parts_, 0);
  const bool skips = !begins_.empty();
  uint32_t row = 0;
  size_t begun = 0;  // where the automaton was entered
  for (size_t at = 0; at < text.size();) {
    if (skips && row == 0) {
      begun = at = NextBegin(text, at);
      if (at == text.size()) return;
    }
    const uint32_t step = next_[row + class_of_[static_cast<unsigned char>(text[at++])]];
    row = step & ~(kEnds | kShallow);
    if ((step & kEnds) != 0) NoteEnds(row / static_cast<uint32_t>(classes_), &seen, found);
    if (!skips || (step & kShallow) == 0 || at < begun + kBeginBytes) continue;
    at = std::max(begun + 1, at - depth_[row / classes_]);
    row = 0;
  }
}

}  // namespace switchboard::triage
