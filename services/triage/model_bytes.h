// Writing and reading a model's bytes: fixed widths, little-endian, lengths checked.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_MODEL_BYTES_H_
#define SWITCHBOARD_SERVICES_TRIAGE_MODEL_BYTES_H_

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace switchboard::triage {

static_assert(std::endian::native == std::endian::little, "model bytes are little-endian");

class ModelWriter {
 public:
  template <typename T>
  void Put(T value) {
    static_assert(std::is_arithmetic_v<T>);
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof(T));
  }
  template <typename T>
  void PutList(const std::vector<T>& values) {
    static_assert(std::is_arithmetic_v<T>);
    Put<uint64_t>(values.size());
    bytes_.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
  }
  void PutText(std::string_view text) {
    Put<uint64_t>(text.size());
    bytes_.append(text);
  }
  std::string Take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// Once something does not fit, ok() is false and whatever is read further is empty.
class ModelReader {
 public:
  explicit ModelReader(std::string_view bytes) : bytes_(bytes) {}

  template <typename T>
  T Get() {
    T value{};
    if (Has(sizeof(T))) {
      std::memcpy(&value, bytes_.data(), sizeof(T));
      bytes_.remove_prefix(sizeof(T));
    }
    return value;
  }
  template <typename T>
  std::vector<T> GetList() {
    const auto size = Get<uint64_t>();
    if (size > bytes_.size() / sizeof(T)) ok_ = false;
    if (!ok_) return {};
    std::vector<T> values(size);
    if (size > 0) std::memcpy(values.data(), bytes_.data(), size * sizeof(T));
    bytes_.remove_prefix(size * sizeof(T));
    return values;
  }
  std::string GetText() {
    const auto size = Get<uint64_t>();
    if (!Has(size)) return "";
    std::string text(bytes_.substr(0, size));
    bytes_.remove_prefix(size);
    return text;
  }
  bool ok() const { return ok_; }
  bool AtEnd() const { return ok_ && bytes_.empty(); }

 private:
  bool Has(uint64_t size) {
    if (size > bytes_.size()) ok_ = false;
    return ok_;
  }

  std::string_view bytes_;
  bool ok_ = true;
};

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_MODEL_BYTES_H_
