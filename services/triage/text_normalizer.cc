#include "services/triage/text_normalizer.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/stringpiece.h>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "services/triage/character_table.h"

namespace switchboard::triage {
namespace {

constexpr size_t kMostTokens = 4096;
constexpr size_t kMostWordBytes = 64;
constexpr size_t kMostPlainDigits = 3;  // longer numbers may identify somebody
constexpr char32_t kCurlyApostrophe = 0x2019;

bool IsApostrophe(char32_t c) { return c == '\'' || c == kCurlyApostrophe || c == '`' || c == 0x2BC; }

bool IsAscii(char c) { return static_cast<unsigned char>(c) < 0x80; }

// Where the next byte beyond ASCII is at or after `at`; the size of the text where there is none.
size_t NextBeyondAscii(std::string_view text, size_t at) {
  constexpr uint64_t kHighBits = 0x8080808080808080;
  for (uint64_t eight = 0; at + sizeof eight <= text.size(); at += sizeof eight) {
    std::memcpy(&eight, text.data() + at, sizeof eight);
    if ((eight & kHighBits) != 0) break;
  }
  while (at < text.size() && IsAscii(text[at])) ++at;
  return at;
}

bool NeedsWholeNormalization(std::string_view text) {
  const CharacterTable& table = CharacterTable::Get();
  for (size_t at = 0;;) {
    at = NextBeyondAscii(text, at);
    if (at == text.size()) return false;
    const char32_t c = NextCharacter(text, &at);
    if (c != kInvalidCharacter && !table.IsSimple(c)) return true;
  }
}

// ICU's normalisation of the whole text, case kept, so that hashtags can still be split at capitals.
std::string ComposeWhole(std::string_view text) {
  std::string valid;
  for (size_t at = 0; at < text.size();) {
    const char32_t c = NextCharacter(text, &at);
    if (c == kInvalidCharacter) {
      valid.push_back(' ');
    } else {
      AppendUtf8(c, &valid);
    }
  }
  UErrorCode status = U_ZERO_ERROR;
  std::string composed;
  icu::StringByteSink<std::string> sink(&composed);
  icu::Normalizer2::getNFKCInstance(status)->normalizeUTF8(0, icu::StringPiece(valid), sink, nullptr, status);
  return U_SUCCESS(status) ? composed : valid;
}

std::string_view CutToWholeCharacters(std::string_view text, size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0) == 0x80) --most;
  return text.substr(0, most);
}

bool ContainsAt(std::string_view text, size_t at, std::string_view part) {
  return text.substr(at, part.size()) == part;
}

bool IsAsciiSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// Walks over a text once and appends its tokens.
class Tokenizer {
 public:
  Tokenizer(std::string_view text, NormalText* out) : text_(text), out_(*out) {}

  void Run() {
    while (at_ < text_.size() && out_.tokens.size() < kMostTokens) Step();
  }

 private:
  void Step();
  void TakeChunkOrCharacter(char32_t c, size_t begin);
  bool TakeMaskedChunk(size_t begin);
  void TakeWord(size_t begin);
  void TakeNumber(size_t begin);
  void TakeHashtag();
  bool TakeApostrophe(size_t word_begin);
  void AppendFolded(char32_t c);
  void AppendAsciiLetters();
  void SkipChunk();
  void Open();
  void Close(TokenKind kind);
  void AddMask(TokenKind kind, std::string_view name);
  char32_t Peek(size_t* next) const;
  void MakeLatin();

  std::string_view text_;
  NormalText& out_;
  const CharacterTable& table_ = CharacterTable::Get();
  size_t at_ = 0;
  size_t open_ = 0;          // where the token being written begins in out_.text
  bool latin_ = false;       // the word being written has Latin letters
  bool look_alike_ = false;  // … and letters that may stand for Latin ones
  bool ascii_ = true;        // … and nothing beyond ASCII
  bool after_space_ = true;
};

char32_t Tokenizer::Peek(size_t* next) const {
  *next = at_;
  return at_ < text_.size() ? NextCharacter(text_, next) : U' ';
}

void Tokenizer::Open() {
  if (!out_.text.empty()) out_.text.push_back(' ');
  open_ = out_.text.size();
  latin_ = look_alike_ = false;
  ascii_ = true;
}

void Tokenizer::Close(TokenKind kind) {
  if (look_alike_ && latin_) MakeLatin();
  const auto length = static_cast<uint32_t>(out_.text.size() - open_);
  if (length == 0) {
    if (!out_.text.empty()) out_.text.pop_back();
    return;
  }
  Token token{kind, static_cast<uint32_t>(open_), length, 0, 0};
  const std::string_view word = out_.Of(token);
  token.folded = token.hash = HashOf(word);
  if (!ascii_) {
    static thread_local std::string folded;
    folded.clear();
    AppendWithoutAccents(word, &folded);
    token.folded = HashOf(folded);
  }
  out_.tokens.push_back(token);
}

void Tokenizer::MakeLatin() {
  std::string word = out_.text.substr(open_);
  out_.text.resize(open_);
  for (size_t at = 0; at < word.size();) {
    const char32_t c = NextCharacter(word, &at);
    const char latin = CharacterTable::LatinLookAlike(c);
    AppendUtf8(latin != '\0' ? static_cast<char32_t>(latin) : c, &out_.text);
  }
}

void Tokenizer::AddMask(TokenKind kind, std::string_view name) {
  Open();
  out_.text.append(name);
  Close(kind);
}

void Tokenizer::AppendFolded(char32_t c) {
  const auto is_third = [this](std::string_view letter) {
    const size_t size = letter.size();
    const std::string_view written = std::string_view(out_.text).substr(open_);
    return written.size() >= 2 * size && written.substr(written.size() - size) == letter &&
           written.substr(written.size() - 2 * size, size) == letter;
  };
  if (c < 0x80) {
    const char lower = static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
    latin_ = true;
    if (!is_third(std::string_view(&lower, 1))) out_.text.push_back(lower);
    return;
  }
  ascii_ = false;
  std::string_view folded = table_.Folded(c);
  std::string itself;
  if (folded.empty() && c >= 0x3400) {
    AppendUtf8(c, &itself);
    folded = itself;
  }
  if (c < 0x250) latin_ = true;
  if (c >= 0x370 && c < 0x530) look_alike_ = true;
  if (!is_third(folded)) out_.text.append(folded);
}

// What AppendFolded would do for each of the letters that follow, in one tight loop: most of a text is this.
void Tokenizer::AppendAsciiLetters() {
  std::string& to = out_.text;
  while (at_ < text_.size() && to.size() - open_ < kMostWordBytes) {
    const auto lower = static_cast<char>(text_[at_] | 0x20);
    if (lower < 'a' || lower > 'z') return;
    ++at_;
    latin_ = true;
    const size_t size = to.size();
    if (size - open_ < 2 || to[size - 1] != lower || to[size - 2] != lower) to.push_back(lower);
  }
}

void Tokenizer::SkipChunk() {
  while (at_ < text_.size() && !IsAsciiSpace(text_[at_])) ++at_;
}

// Links and e-mail addresses are looked for only where a word begins after white space.
bool Tokenizer::TakeMaskedChunk(size_t begin) {
  const bool may_be_link = text_[begin] == 'h' || text_[begin] == 'w' || text_[begin] == 'H';
  if (may_be_link &&
      (ContainsAt(text_, begin, "http") || ContainsAt(text_, begin, "www.") || ContainsAt(text_, begin, "HTTP"))) {
    const bool with_scheme = text_.substr(begin, 6).find(':') != std::string_view::npos;
    if (text_[begin] == 'w' || with_scheme) {
      at_ = begin;
      SkipChunk();
      AddMask(TokenKind::kLink, "<link>");
      return true;
    }
  }
  size_t end = begin;
  bool at_sign = false;
  while (end < text_.size() && !IsAsciiSpace(text_[end]) && end - begin < kMostWordBytes)
    at_sign |= text_[end++] == '@';
  if (!at_sign || text_[begin] == '@') return false;
  at_ = begin;
  SkipChunk();
  AddMask(TokenKind::kAddress, "<address>");
  return true;
}

// "don't" → "dont", "card's" → "card"; "l'eau" → "l" "eau". True when the word goes on after the apostrophe.
bool Tokenizer::TakeApostrophe(size_t word_begin) {
  static constexpr std::array<std::string_view, 6> kJoined = {"t", "m", "re", "ve", "ll", "d"};
  size_t end = at_;
  std::string rest;
  for (size_t next = end; next < text_.size() && rest.size() < 4; end = next) {
    const char32_t c = NextCharacter(text_, &next);
    if (c == kInvalidCharacter || table_.KindOf(c) != CharacterKind::kLetter) break;
    rest.push_back(c < 0x80 ? static_cast<char>(c | 0x20) : '?');
  }
  if (at_ - word_begin <= 2) return false;  // a French article; also covers "i'm", whose "m" is then a word
  if (rest == "s") {
    at_ = end;
    return true;
  }
  return std::find(kJoined.begin(), kJoined.end(), rest) != kJoined.end();
}

void Tokenizer::TakeWord(size_t begin) {
  Open();
  at_ = begin;
  size_t next = at_;
  while (true) {
    AppendAsciiLetters();
    if (at_ >= text_.size() || out_.text.size() - open_ >= kMostWordBytes) break;
    const char32_t c = Peek(&next);
    if (c == kInvalidCharacter) break;
    if (IsApostrophe(c)) {
      at_ = next;
      if (!TakeApostrophe(begin)) break;
      continue;
    }
    const CharacterKind kind = table_.KindOf(c);
    const bool dropped = c >= 0x80 && c < 0x3400 && table_.Folded(c).empty();
    if (kind != CharacterKind::kLetter && kind != CharacterKind::kDigit && kind != CharacterKind::kMark && !dropped) {
      break;
    }
    at_ = next;
    if (!dropped) AppendFolded(c);
  }
  Close(TokenKind::kWord);
}

void Tokenizer::TakeNumber(size_t begin) {
  at_ = begin;
  size_t digits = 0;
  std::string written;
  while (at_ < text_.size()) {
    const char c = text_[at_];
    const bool digit = c >= '0' && c <= '9';
    const bool joins = (c == '.' || c == ',' || c == '-' || c == ':' || c == '/') && at_ + 1 < text_.size() &&
                       text_[at_ + 1] >= '0' && text_[at_ + 1] <= '9';
    if (!digit && !joins) break;
    if (digit && ++digits <= kMostPlainDigits) written.push_back(c);
    ++at_;
  }
  if (digits > kMostPlainDigits) return AddMask(TokenKind::kNumber, digits > 6 ? "<long>" : "<number>");
  Open();
  out_.text.append(written);
  size_t next = at_;  // "2nd", "401k"
  for (char32_t c = Peek(&next); c < 0x80 && table_.KindOf(c) == CharacterKind::kLetter; c = Peek(&next)) {
    if (out_.text.size() - open_ >= kMostWordBytes) break;
    AppendFolded(c);
    at_ = next;
  }
  Close(out_.text.size() - open_ > digits ? TokenKind::kWord : TokenKind::kNumber);
}

// "#FixTheRoads2024" → fix the roads <number>: a capital after a small letter and a digit after a letter begin a word.
void Tokenizer::TakeHashtag() {
  bool open = false;
  bool small = false;
  size_t next = at_;
  while (at_ < text_.size()) {
    const char32_t c = Peek(&next);
    if (c != '_' && (c == kInvalidCharacter || table_.KindOf(c) != CharacterKind::kLetter)) break;
    const bool capital = c < 0x80 && c >= 'A' && c <= 'Z';
    if (open && ((capital && small) || c == '_' || out_.text.size() - open_ >= kMostWordBytes)) {
      Close(TokenKind::kWord);
      open = false;
    }
    at_ = next;
    if (c == '_') continue;
    if (!open) Open();
    open = true;
    small = !capital;
    AppendFolded(c);
  }
  if (open) Close(TokenKind::kWord);
}

void Tokenizer::TakeChunkOrCharacter(char32_t c, size_t begin) {
  switch (table_.KindOf(c)) {
    case CharacterKind::kLetter:
      if (!(after_space_ && TakeMaskedChunk(begin))) TakeWord(begin);
      break;
    case CharacterKind::kDigit:
      if (c >= 0x80) {
        TakeWord(begin);
      } else if (!(after_space_ && TakeMaskedChunk(begin))) {
        TakeNumber(begin);
      }
      break;
    case CharacterKind::kEmoji:
      Open();
      AppendUtf8(c, &out_.text);
      ascii_ = false;
      Close(TokenKind::kEmoji);
      break;
    default:
      break;
  }
}

void Tokenizer::Step() {
  const size_t begin = at_;
  if (text_[at_] == ' ') {
    ++at_;
    after_space_ = true;
    return;
  }
  const char32_t c = NextCharacter(text_, &at_);
  const bool followed = at_ < text_.size() && !IsAsciiSpace(text_[at_]);
  if (c == '?' || c == '!') {
    AddMask(TokenKind::kPunctuation, c == '?' ? "?" : "!");
    while (at_ < text_.size() && (text_[at_] == '?' || text_[at_] == '!')) ++at_;
  } else if (c == '@' && followed && after_space_) {
    SkipChunk();
    AddMask(TokenKind::kMention, "<mention>");
  } else if (c == '#' && followed) {
    TakeHashtag();
  } else if (c == '$' || c == 0x20AC || c == 0xA3) {
    AddMask(TokenKind::kNumber, "<money>");
  } else if (c != kInvalidCharacter) {
    TakeChunkOrCharacter(c, begin);
  }
  after_space_ = at_ > 0 && (IsAsciiSpace(text_[at_ - 1]) || text_[at_ - 1] == '(');
}

}  // namespace

uint64_t HashOf(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

void AppendWithoutAccents(std::string_view word, std::string* out) {
  const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  const auto plain = static_cast<size_t>(std::find_if_not(word.begin(), word.end(), is_ascii) - word.begin());
  out->append(word.substr(0, plain));
  if (plain == word.size()) return;
  const CharacterTable& table = CharacterTable::Get();
  for (size_t at = plain; at < word.size();) {
    const size_t begin = at;
    const char32_t c = NextCharacter(word, &at);
    const std::string_view base = c < 0x80 ? std::string_view() : table.WithoutAccent(c);
    out->append(base.empty() ? word.substr(begin, at - begin) : base);
  }
}

void NormalizeText(std::string_view text, NormalText* out) {
  out->text.clear();
  out->tokens.clear();
  text = CutToWholeCharacters(text, kMostSortedBytes);
  if (!NeedsWholeNormalization(text)) {
    Tokenizer(text, out).Run();
    return;
  }
  const std::string composed = ComposeWhole(text);
  Tokenizer(CutToWholeCharacters(composed, kMostSortedBytes), out).Run();
}

}  // namespace switchboard::triage
