// What sorting costs, counted instead of timed: memory that is asked for, tokens and features.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <new>
#include <string>
#include <thread>
#include <vector>

#include "services/triage/feature_extractor.h"
#include "services/triage/triage_engine.h"
#include "tests/support/sorting_texts.h"

namespace {

std::atomic<size_t> g_allocations = 0;
std::atomic<size_t> g_bytes = 0;

}  // namespace

void* operator new(size_t size) {
  g_allocations += 1;
  g_bytes += size;
  void* const memory = std::malloc(size);
  if (memory == nullptr) std::abort();
  return memory;
}
void* operator new(size_t size, const std::nothrow_t&) noexcept { return operator new(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }

namespace switchboard::triage {
namespace {

constexpr size_t kMebibyte = 1 << 20;

class SortingCostTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    const auto snapshot = BuildSnapshot(kSortingConfiguration, "cost.yaml", 1);
    ASSERT_TRUE(snapshot.ok()) << snapshot.status();
    sorter_ = new std::shared_ptr<const Sorter>((*snapshot)->sorter);
    (*sorter_)->Sort({.text = "tables of the languages are made once"});
  }
  static void TearDownTestSuite() {
    delete sorter_;
    sorter_ = nullptr;
  }

  static std::shared_ptr<const Sorter>* sorter_;
};

std::shared_ptr<const Sorter>* SortingCostTest::sorter_ = nullptr;

std::vector<std::string> Messages() {
  std::vector<std::string> messages;
  const char* const words[] = {"garbage", "street", "my", "was", "ordures", "rue", "hole", "missed", "été", "the"};
  for (size_t i = 0; i < 200; ++i) {
    std::string text = "on";
    for (size_t k = 0; k < 18; ++k) text.append(" ").append(words[(i * 7 + k * k * (i % 5 + 1)) % 10]);
    messages.push_back(text + " " + std::to_string(i));
  }
  return messages;
}

TEST_F(SortingCostTest, AThreadAsksForNoMoreMemoryOnceItIsWarm) {
  const std::vector<std::string> messages = Messages();
  for (const std::string& message : messages) (*sorter_)->Sort({.text = message});
  const size_t before = g_allocations;
  for (const std::string& message : messages) (*sorter_)->Sort({.text = message});
  EXPECT_EQ(g_allocations - before, 0U);
}

std::string Repeated(std::string_view piece, size_t bytes) {
  std::string text;
  while (text.size() + piece.size() <= bytes) text += piece;
  return text;
}

struct Work {
  size_t bytes = 0;  // asked for by a thread that sorts for the first time
  size_t tokens = 0;
  size_t features = 0;
};

Work WorkOf(const Sorter& sorter, const std::string& text) {
  Work work;
  const size_t before = g_bytes;
  std::thread([&] { sorter.Sort({.text = text}); }).join();
  work.bytes = g_bytes - before;
  NormalText normal;
  NormalizeText(text, &normal);
  std::vector<RawFeature> features;
  ExtractFeatures(normal, StemLanguage::kEnglish, FeatureOptions{}, &features);
  work.tokens = normal.tokens.size();
  for (const RawFeature& feature : features) work.features += feature.count;
  return work;
}

// Twice the text is at most twice the work, and from kMostSortedBytes on it is no more.
TEST_F(SortingCostTest, HostileTextsCostNoMoreThanTheirLength) {
  std::vector<const char*> pieces(std::begin(kHostilePieces), std::end(kHostilePieces));
  pieces.insert(pieces.end(), {"é", "#aB", "a'", "a ", "\ufdfa", "smok", "pothole "});
  for (const char* piece : pieces) {
    SCOPED_TRACE(piece);
    const Work once = WorkOf(**sorter_, Repeated(piece, kMostSortedBytes / 2));
    const Work twice = WorkOf(**sorter_, Repeated(piece, kMostSortedBytes));
    const Work more = WorkOf(**sorter_, Repeated(piece, kMebibyte));
    EXPECT_LE(twice.tokens, 2 * once.tokens + 2);
    EXPECT_LE(twice.features, 2 * once.features + 256);
    EXPECT_LE(twice.bytes, 2 * once.bytes + 65536);
    EXPECT_LE(more.tokens, twice.tokens + 2);
    EXPECT_LE(more.features, twice.features + 256);
    EXPECT_LE(more.bytes, twice.bytes + twice.bytes / 8 + 65536);
  }
}

}  // namespace
}  // namespace switchboard::triage
