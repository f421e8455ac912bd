// Finds which of many strings occur in a text, in one walk over its bytes.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_WORD_PART_SCANNER_H_
#define SWITCHBOARD_SERVICES_TRIAGE_WORD_PART_SCANNER_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace switchboard::triage {

// Aho and Corasick's automaton with every transition written out. Immutable; thread-safe.
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
  static constexpr uint32_t kEnds = 1U << 31;  // strings end in that state

  uint32_t AddState();
  void AddPart(const std::string& part, int index);
  void Link();
  void WriteOutSteps();

  size_t parts_ = 0;
  size_t classes_ = 1;                      // of bytes; 0: in no string
  std::array<uint8_t, 256> class_of_ = {};  // by byte
  std::vector<uint32_t> next_;              // [state][class]: where the row of the next state begins, and kEnds
  std::vector<int> part_;                   // by state: the string that ends there
  std::vector<uint32_t> shorter_;           // by state: the longest other state at which a string ends; 0: none
};

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_WORD_PART_SCANNER_H_
