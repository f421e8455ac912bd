#include "services/intake/content_hash.h"

#include <xxhash.h>

namespace switchboard::intake {
namespace {

// A chain in which every field is hashed with the digest of those before it as its seed, so that what moves from the
// end of one field to the beginning of the next changes the result.
class FieldChain {
 public:
  explicit FieldChain(uint64_t kind) : digest_(kind) {}

  FieldChain& Add(std::string_view text) {
    digest_ = XXH3_64bits_withSeed(text.data(), text.size(), digest_);
    return *this;
  }

  FieldChain& Add(int64_t number) {
    char bytes[8];
    for (int i = 0; i < 8; ++i) bytes[i] = static_cast<char>(static_cast<uint64_t>(number) >> (8 * i) & 0xff);
    return Add(std::string_view(bytes, sizeof(bytes)));
  }

  uint64_t digest() const { return digest_; }

 private:
  uint64_t digest_;
};

constexpr uint64_t kInquiry = 1;
constexpr uint64_t kMessage = 2;

}  // namespace

uint64_t HashOfInquiry(const queue::InquiryContent& content, std::string_view topic, std::string_view language,
                       int priority) {
  FieldChain chain(kInquiry);
  chain.Add(int64_t{content.channel})
      .Add(int64_t{content.visibility})
      .Add(language)
      .Add(topic)
      .Add(content.area)
      .Add(content.external_id)
      .Add(content.author)
      .Add(content.text);
  if (priority != 0) chain.Add(int64_t{priority});  // what is stored is older than the field
  return chain.digest();
}

uint64_t HashOfMessage(int64_t id, int16_t visibility, std::string_view text) {
  return FieldChain(kMessage).Add(id).Add(int64_t{visibility}).Add(text).digest();
}

}  // namespace switchboard::intake
