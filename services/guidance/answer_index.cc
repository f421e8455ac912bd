#include "services/guidance/answer_index.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/text/utf8.h"
#include "services/guidance/plain_text.h"
#include "services/guidance/tokens.h"

namespace switchboard::guidance {
namespace {

constexpr double kSaturation = 1.2;    // k1
constexpr double kLengthShare = 0.75;  // b
constexpr size_t kStemLetters = 6;
constexpr size_t kMostQueryBytes = 8 << 10;

std::vector<std::string> IndexWordsOf(std::string_view text) {
  const PlainText plain = MakePlain(text);
  std::vector<std::string> words;
  for (const Token& token : TokensOf(plain.text)) {
    if (token.kind == TokenKind::kSpace || token.kind == TokenKind::kSign) continue;
    words.emplace_back(TruncateUtf8(token.text, kStemLetters));
  }
  return words;
}

}  // namespace

AnswerIndex::AnswerIndex(std::shared_ptr<const AnswerLibrary> library) : library_(std::move(library)) {
  for (const Answer& answer : library_->answers) {
    for (const auto& [language, text] : answer.text) Add(answer, language, shelves_[language]);
  }
  for (auto& [language, shelf] : shelves_) {
    double total = 0;
    for (const Document& document : shelf.documents) total += document.length;
    shelf.mean_length = std::max(1.0, total / static_cast<double>(shelf.documents.size()));
  }
}

void AnswerIndex::Add(const Answer& answer, const std::string& language, Shelf& shelf) {
  Document document{.answer = &answer};
  const std::string whole = absl::StrCat(answer.title.at(language), "\n", answer.text.at(language));
  for (std::string& word : IndexWordsOf(whole)) {
    ++document.words[std::move(word)];
    ++document.length;
  }
  for (const auto& [word, count] : document.words) ++shelf.document_counts[word];
  shelf.documents.push_back(std::move(document));
}

double AnswerIndex::Score(const Shelf& shelf, const Document& document, const std::vector<std::string>& words) {
  const auto documents = static_cast<double>(shelf.documents.size());
  const double norm = kSaturation * (1 - kLengthShare + kLengthShare * document.length / shelf.mean_length);
  double score = 0;
  for (const std::string& word : words) {
    const auto found = document.words.find(word);
    if (found == document.words.end()) continue;
    const double holding = shelf.document_counts.at(word);
    const double rarity = std::log(1 + (documents - holding + 0.5) / (holding + 0.5));
    score += rarity * found->second * (kSaturation + 1) / (found->second + norm);
  }
  return score;
}

const std::pair<const std::string, AnswerIndex::Shelf>* AnswerIndex::ShelfFor(const std::string& language) const {
  for (const std::string& wanted : {language, std::string("en")}) {
    if (const auto found = shelves_.find(wanted); found != shelves_.end()) return &*found;
  }
  return shelves_.empty() ? nullptr : &*shelves_.begin();
}

std::vector<FoundAnswer> AnswerIndex::Best(const AnswerQuery& query, size_t most,
                                           const std::function<bool(const Answer&)>& skip) const {
  const auto* const shelf = ShelfFor(query.language);
  if (shelf == nullptr) return {};
  std::vector<std::string> words = IndexWordsOf(TruncateUtf8(query.text, kMostQueryBytes));
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
  std::vector<std::pair<double, const Answer*>> ranked;
  for (const Document& document : shelf->second.documents) {
    const Answer& answer = *document.answer;
    const bool of_topic = std::find(answer.topics.begin(), answer.topics.end(), query.topic) != answer.topics.end();
    if (!(of_topic || query.topic.empty()) || !answer.IsValidAt(query.now) || skip(answer)) continue;
    const double score = Score(shelf->second, document, words);
    if (of_topic || score > 0) ranked.emplace_back(score, &answer);
  }
  std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<FoundAnswer> best;
  for (const auto& [score, answer] : ranked) {
    if (best.size() == most) break;
    best.push_back({answer, shelf->first});
  }
  return best;
}

}  // namespace switchboard::guidance
