// Finds which of many strings occur in a text, in one walk over its bytes.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_WORD_PART_SCANNER_H_
#define SWITCHBOARD_SERVICES_TRIAGE_WORD_PART_SCANNER_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace switchboard::triage {

// Aho and Corasick's automaton with every transition written out, entered only where the next bytes begin a string:
// in most texts that is seldom, and finding it out looks at a small table only. Immutable; thread-safe.
class WordPartScanner {
 public:
  // Finds nothing.
  WordPartScanner() = default;
  // Empty strings occur nowhere. A string is known by its index from here on.
  explicit WordPartScanner(const std::vector<std::string>& parts);

  // Indices of the strings that occur, each once, in the order in which they first end. Replaces what `found` held.
  void Find(std::string_view text, std::vector<int>* found) const;

 private:
  static constexpr int kNone = -1;
  static constexpr uint32_t kEnds = 1U << 31;     // strings end in that state
  static constexpr uint32_t kShallow = 1U << 30;  // it stands for fewer than kBeginBytes bytes

  // Begins of strings: of kBeginBytes bytes where the string is no longer than that, else one more.
  static constexpr size_t kBeginBytes = 3;
  static constexpr size_t kBegins = 1 << 16;
  static size_t PlaceOf(uint32_t bytes) { return (bytes * 0x9E3779B1U) >> 16; }
  static uint32_t BeginOf(std::string_view text);

  uint32_t AddState(size_t depth);
  bool IsBegin(uint32_t bytes) const { return ((begins_[PlaceOf(bytes) / 64] >> (PlaceOf(bytes) % 64)) & 1) != 0; }
  size_t NextBegin(std::string_view text, size_t at) const;
  void NoteEnds(uint32_t state, std::vector<uint8_t>* seen, std::vector<int>* found) const;
  void AddPart(const std::string& part, int index);
  void Link();
  void WriteOutSteps();
  void NoteBegins(const std::vector<std::string>& parts);

  size_t parts_ = 0;
  std::vector<uint64_t> begins_;            // a bit for each place; empty where a string is too short for that
  size_t classes_ = 1;                      // of bytes; 0: in no string
  std::array<uint8_t, 256> class_of_ = {};  // by byte
  std::vector<uint32_t> next_;              // [state][class]: where the row of the next state begins, and flags
  std::vector<uint8_t> depth_;              // by state: how many bytes it stands for, up to kBeginBytes
  std::vector<int> part_;                   // by state: the string that ends there
  std::vector<uint32_t> shorter_;           // by state: the longest other state at which a string ends; 0: none
};

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_WORD_PART_SCANNER_H_
