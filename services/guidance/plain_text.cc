#include "services/guidance/plain_text.h"

#include <unicode/utf8.h>

#include <array>
#include <cstdint>

#include "services/guidance/look_alikes.h"
#include "services/guidance/markup.h"

namespace switchboard::guidance {
namespace {

constexpr size_t kFewestApart = 3;  // so many single letters in a row are a word pulled apart

bool IsAlone(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }
bool IsWordByte(char c) { return IsAlone(c) || static_cast<unsigned char>(c) >= 0x80; }

// The explicit overrides and isolates: with them "123" can be shown for what is written "321".
bool TurnsDirection(char32_t c) { return c == 0x202D || c == 0x202E || c == 0x2066 || c == 0x2067 || c == 0x2068; }

char32_t NextOf(std::string_view text, int32_t* at) {
  UChar32 c = 0;
  U8_NEXT_OR_FFFD(text.data(), *at, static_cast<int32_t>(text.size()), c);
  return c == 0xFFFD ? U' ' : static_cast<char32_t>(c);
}

// Walks over a text once and writes it with its letters that stand alone joined.
class Joiner {
 public:
  explicit Joiner(std::string_view text) : text_(text) {}

  std::string Run() {
    joined_.reserve(text_.size());
    while (at_ < text_.size()) {
      if (!StandsAlone(at_) || !TakePulledApart()) TakeByte();
    }
    return changed_ ? std::move(joined_) : std::string();
  }

 private:
  bool StandsAlone(size_t at) const {
    return IsAlone(text_[at]) && (at == 0 || !IsWordByte(text_[at - 1])) &&
           (at + 1 >= text_.size() || !IsWordByte(text_[at + 1]));
  }

  void TakeByte() {
    // "person- al": a word cut at the end of a line.
    const bool cut = text_[at_] == '-' && at_ > 0 && IsWordByte(text_[at_ - 1]) && at_ + 2 < text_.size() &&
                     text_[at_ + 1] == ' ' && IsWordByte(text_[at_ + 2]);
    if (cut) {
      at_ += 2;
      changed_ = true;
      return;
    }
    joined_.push_back(text_[at_++]);
  }

  // Where the next single letter begins, at most four bytes behind the one at `at`; 0 where none does.
  size_t NextAlone(size_t at) const {
    for (size_t next = at + 2; next < text_.size() && next <= at + 5; ++next) {
      if (IsWordByte(text_[next])) return StandsAlone(next) ? next : 0;
    }
    return 0;
  }

  // One character between two letters is the space between them; of more, what is no space belongs to the text ("a .
  // c").
  bool TakePulledApart() {
    std::string word(1, text_[at_]);
    size_t letters = 1;
    size_t last = at_;
    for (size_t next = NextAlone(last); next != 0; next = NextAlone(last)) {
      const std::string_view between = text_.substr(last + 1, next - last - 1);
      for (const char c : between) {
        if (c == '@' || (between.size() > 1 && c != ' ')) word.push_back(c);
      }
      word.push_back(text_[next]);
      last = next;
      ++letters;
    }
    if (letters < kFewestApart) {
      joined_.append(text_.substr(at_, last + 1 - at_));
    } else {
      joined_.append(word);
      changed_ = true;
    }
    at_ = last + 1;
    return true;
  }

  std::string_view text_;
  std::string joined_;
  size_t at_ = 0;
  bool changed_ = false;
};

void AppendOnce(char c, std::string* out) {
  if (c != ' ' || (!out->empty() && out->back() != ' ')) out->push_back(c);
}

// The characters as they are read, one by one.
std::string Fold(std::string_view text, bool* turns_direction) {
  const LookAlikes& look_alikes = LookAlikes::Get();
  std::string folded;
  folded.reserve(text.size());
  std::string read;
  for (int32_t at = 0; at < static_cast<int32_t>(text.size());) {
    const auto byte = static_cast<unsigned char>(text[static_cast<size_t>(at)]);
    if (byte < 0x80) {
      ++at;
      const bool space = byte <= ' ' || byte == 0x7F;
      AppendOnce(space ? ' ' : static_cast<char>(byte >= 'A' && byte <= 'Z' ? byte + ('a' - 'A') : byte), &folded);
      continue;
    }
    const char32_t c = NextOf(text, &at);
    *turns_direction |= TurnsDirection(c);
    read.clear();
    look_alikes.AppendPlain(c, &read);
    for (const char each : read) AppendOnce(each, &folded);
  }
  return folded;
}

}  // namespace

PlainText MakePlain(std::string_view text) {
  PlainText plain;
  const bool marked_up = text.find_first_of("&<%") != std::string_view::npos;
  const std::string shown = marked_up ? WithoutMarkup(text) : std::string();
  if (marked_up) text = shown;
  plain.text = Fold(text, &plain.turns_direction);
  plain.joined = Joiner(plain.text).Run();
  if (text.find('\n') != std::string_view::npos) {
    const std::string unlisted = WithoutListNumbers(text);
    if (!unlisted.empty()) plain.unlisted = Fold(unlisted, &plain.turns_direction);
  }
  return plain;
}

std::string PlainPattern(std::string_view pattern) {
  const LookAlikes& look_alikes = LookAlikes::Get();
  std::string plain;
  for (int32_t at = 0; at < static_cast<int32_t>(pattern.size());) {
    if (static_cast<unsigned char>(pattern[static_cast<size_t>(at)]) < 0x80) {
      plain.push_back(pattern[static_cast<size_t>(at++)]);
    } else {
      look_alikes.AppendPlain(NextOf(pattern, &at), &plain);
    }
  }
  return plain;
}

}  // namespace switchboard::guidance
