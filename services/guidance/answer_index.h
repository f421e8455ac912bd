// Finds the answers that fit an inquiry best.
#ifndef SWITCHBOARD_SERVICES_GUIDANCE_ANSWER_INDEX_H_
#define SWITCHBOARD_SERVICES_GUIDANCE_ANSWER_INDEX_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "services/guidance/answer_library.h"

namespace switchboard::guidance {

// An answer in one language.
struct FoundAnswer {
  const Answer* answer = nullptr;  // the library's
  std::string language;
};

// What an inquiry asks for.
struct AnswerQuery {
  std::string_view topic;  // id; empty: of an inquiry that nobody is sure of
  std::string language;    // where the library has nothing in it: English, else the library's first
  std::string_view text;   // what the citizen wrote; of more than 8 KiB only the beginning counts
  absl::Time now;
};

// Ranks by BM25 (S. Robertson, H. Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009) with its
// usual k1 = 1.2 and b = 0.75, over titles and texts of one language. A word is its first six letters, which brings
// plural, verb and gender forms together. Deterministic; answers that are alike keep the order of the file. Immutable
// and thread-safe; a search costs the words of the query times the answers of the topic, or all
// of them.
class AnswerIndex {
 public:
  explicit AnswerIndex(std::shared_ptr<const AnswerLibrary> library);

  // At most `most` answers of the topic that are valid now, best first, also such that share no word with the text;
  // where there is no topic, those of all topics that share one. Without those that `skip` names.
  std::vector<FoundAnswer> Best(const AnswerQuery& query, size_t most,
                                const std::function<bool(const Answer&)>& skip) const;

  const AnswerLibrary& library() const { return *library_; }

 private:
  struct Document {
    const Answer* answer;
    absl::flat_hash_map<std::string, int> words;  // how often each is in it
    double length = 0;                            // in words
  };
  // All answers in one language.
  struct Shelf {
    std::vector<Document> documents;
    absl::flat_hash_map<std::string, int> document_counts;  // of each word: in how many documents it is
    double mean_length = 1;
  };

  static void Add(const Answer& answer, const std::string& language, Shelf& shelf);
  static double Score(const Shelf& shelf, const Document& document, const std::vector<std::string>& words);
  const std::pair<const std::string, Shelf>* ShelfFor(const std::string& language) const;

  std::shared_ptr<const AnswerLibrary> library_;
  std::map<std::string, Shelf> shelves_;  // by language
};

}  // namespace switchboard::guidance

#endif  // SWITCHBOARD_SERVICES_GUIDANCE_ANSWER_INDEX_H_
