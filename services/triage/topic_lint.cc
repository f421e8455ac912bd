#include "services/triage/topic_lint.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "services/triage/feature_extractor.h"
#include "services/triage/feature_space.h"
#include "services/triage/language.h"
#include "services/triage/linear_classifier.h"
#include "services/triage/text_folds.h"

namespace switchboard::triage {
namespace {

constexpr int kFoldsOfLint = 5;
constexpr float kClearlyAnother = 0.25F;  // by how much another topic's score exceeds the own one's

struct Example {
  const std::string* written;
  int topic;
  std::vector<uint64_t> words;  // sorted
};

class TopicLinter {
 public:
  TopicLinter(const Configuration& configuration, const std::vector<LabelledText>& corrections)
      : configuration_(configuration) {
    Gather(corrections);
  }

  std::vector<LintFinding> Run() {
    FindSame();
    FindLookAlikes();
    std::stable_sort(findings_.begin(), findings_.end(), [](const LintFinding& a, const LintFinding& b) {
      return a.kind != b.kind ? a.kind < b.kind : a.examples.size() > b.examples.size();
    });
    return std::move(findings_);
  }

 private:
  struct LookAlike {
    size_t example;
    int other;
    float lead;
  };

  void Gather(const std::vector<LabelledText>& corrections);
  void Add(const std::string& text, StemLanguage language, size_t topic);
  void FindSame();
  void FindLookAlikes();
  void JudgeFold(const std::vector<int>& folds, int fold, std::vector<LookAlike>* found) const;
  const std::string& IdOf(int topic) const { return configuration_.topics[topic].id; }

  const Configuration& configuration_;
  std::vector<Example> examples_;
  std::vector<std::vector<RawFeature>> features_;  // by example
  std::vector<int> topics_;                        // by example
  std::vector<bool> same_;                         // by example: another topic has it, too
  std::vector<LintFinding> findings_;
};

void TopicLinter::Add(const std::string& text, StemLanguage language, size_t topic) {
  NormalText normal;
  NormalizeText(text, &normal);
  ExtractFeatures(normal, language, FeatureOptions{}, &features_.emplace_back());
  Example& example = examples_.emplace_back(Example{&text, static_cast<int>(topic), {}});
  for (const Token& token : normal.tokens) {
    if (token.kind != TokenKind::kPunctuation) example.words.push_back(token.folded);
  }
  std::sort(example.words.begin(), example.words.end());
  topics_.push_back(example.topic);
}

void TopicLinter::Gather(const std::vector<LabelledText>& corrections) {
  for (size_t t = 0; t < configuration_.topics.size(); ++t) {
    for (const auto& [language, texts] : configuration_.topics[t].examples) {
      for (const std::string& text : texts) Add(text, StemLanguageOf(language), t);
    }
    for (const LabelledText& correction : corrections) {
      if (correction.topic != IdOf(static_cast<int>(t))) continue;
      Add(correction.text, StemLanguageOf(DetectLanguage(correction.text).code), t);
    }
  }
  same_.assign(examples_.size(), false);
}

// In the same words, whatever their order, case, accents and punctuation.
void TopicLinter::FindSame() {
  std::map<std::vector<uint64_t>, std::vector<size_t>> by_words;
  for (size_t i = 0; i < examples_.size(); ++i) {
    if (!examples_[i].words.empty()) by_words[examples_[i].words].push_back(i);
  }
  std::map<std::pair<int, int>, std::set<size_t>> pairs;
  for (const auto& [words, places] : by_words) {
    for (const size_t a : places) {
      for (const size_t b : places) {
        if (examples_[a].topic >= examples_[b].topic) continue;
        pairs[{examples_[a].topic, examples_[b].topic}].insert(a);
        same_[a] = same_[b] = true;
      }
    }
  }
  for (const auto& [pair, places] : pairs) {
    LintFinding finding{LintKind::kSame, IdOf(pair.first), IdOf(pair.second), {}};
    for (const size_t i : places) finding.examples.push_back(*examples_[i].written);
    findings_.push_back(std::move(finding));
  }
}

void TopicLinter::JudgeFold(const std::vector<int>& folds, int fold, std::vector<LookAlike>* found) const {
  std::vector<std::vector<RawFeature>> learn;
  std::vector<int> labels;
  for (size_t i = 0; i < examples_.size(); ++i) {
    if (folds[i] == fold) continue;
    learn.push_back(features_[i]);
    labels.push_back(topics_[i]);
  }
  if (learn.empty()) return;
  const FeatureSpace space = FeatureSpace::Build(learn, FeatureSpaceOptions{});
  std::vector<SparseText> sparse(learn.size());
  std::vector<LabelledSparse> texts;
  for (size_t i = 0; i < learn.size(); ++i) {
    space.Map(learn[i], &sparse[i]);
    texts.push_back({&sparse[i], labels[i]});
  }
  const auto linear = LinearClassifier::Train(texts, space.rows(), static_cast<int>(configuration_.topics.size()), {});
  for (size_t i = 0; i < examples_.size(); ++i) {
    if (folds[i] != fold || same_[i]) continue;
    SparseText text;
    space.Map(features_[i], &text);
    const std::vector<float> scores = linear.Scores(text);
    const auto best = std::max_element(scores.begin(), scores.end());
    const float lead = *best - scores[topics_[i]];
    if (lead >= kClearlyAnother) found->push_back({i, static_cast<int>(best - scores.begin()), lead});
  }
}

void TopicLinter::FindLookAlikes() {
  if (std::set<int>(topics_.begin(), topics_.end()).size() < 2) return;
  const std::vector<int> folds = FoldsOf(features_, topics_, kFoldsOfLint, 1);
  std::vector<LookAlike> found;
  for (int fold = 0; fold < kFoldsOfLint; ++fold) JudgeFold(folds, fold, &found);
  std::stable_sort(found.begin(), found.end(), [](const LookAlike& a, const LookAlike& b) { return a.lead > b.lead; });
  std::map<std::pair<int, int>, LintFinding> by_pair;
  for (const LookAlike& each : found) {
    const int topic = topics_[each.example];
    LintFinding& finding = by_pair[{topic, each.other}];
    finding.kind = LintKind::kLooksLike;
    finding.topic = IdOf(topic);
    finding.other = IdOf(each.other);
    finding.examples.push_back(*examples_[each.example].written);
  }
  for (auto& [pair, finding] : by_pair) findings_.push_back(std::move(finding));
}

}  // namespace

std::vector<LintFinding> LintTopics(const Configuration& configuration, const std::vector<LabelledText>& corrections) {
  return TopicLinter(configuration, corrections).Run();
}

}  // namespace switchboard::triage
