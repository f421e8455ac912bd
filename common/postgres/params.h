// What goes into a statement: parameters, and arrays as parameters.
#ifndef SWITCHBOARD_COMMON_POSTGRES_PARAMS_H_
#define SWITCHBOARD_COMMON_POSTGRES_PARAMS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "absl/time/time.h"

namespace switchboard {

// Builds a PostgreSQL array literal in one growing buffer; the statement says its type: `unnest($1::text[],
// $2::bigint[])`. Made for the hot path: Clear() keeps the buffer, so an array that is filled again and again allocates
// once. Text must be UTF-8 without NUL; a NUL makes contains_nul() true, and the statement is then refused as a whole.
// Not thread-safe.
class PgArray {
 public:
  PgArray() = default;
  explicit PgArray(size_t reserve_bytes) { literal_.reserve(reserve_bytes); }

  void Add(std::string_view text);
  void Add(const std::string& text) { Add(std::string_view(text)); }
  void Add(const char* text) { Add(std::string_view(text)); }
  void Add(int64_t value);
  void Add(int value) { Add(static_cast<int64_t>(value)); }
  void Add(double value);
  void Add(bool value);
  void Add(absl::Time value);             // for timestamptz[]; InfiniteFuture and InfinitePast become infinity
  void AddBytes(std::string_view bytes);  // for bytea[]
  void AddNull();
  template <typename T>
  void Add(const std::optional<T>& value) {
    value.has_value() ? Add(*value) : AddNull();
  }

  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  bool contains_nul() const { return contains_nul_; }
  void Reserve(size_t bytes) { literal_.reserve(bytes); }
  void Clear();

  // The literal so far, always complete: "{}", "{1,2}", "{\"a\",NULL}". Valid until the next change.
  const std::string& literal() const { return literal_; }

 private:
  void Separate();

  std::string literal_ = "{}";
  size_t size_ = 0;
  bool contains_nul_ = false;
};

// The parameters of one execution, in the order $1, $2 … Text and arrays are borrowed, not copied: what was added by
// view or by reference must live until Execute returns. Not thread-safe.
class Params {
 public:
  Params() = default;

  // Params::Of(id, "text", array, time, std::nullopt, Bytes{…})
  template <typename... Values>
  static Params Of(const Values&... values) {
    Params params;
    (params.Add(values), ...);
    return params;
  }

  void Add(std::string_view text);
  void Add(const std::string& text) { Add(std::string_view(text)); }
  void Add(const char* text) { Add(std::string_view(text)); }
  void Add(const PgArray& array);
  void Add(double value);
  void Add(absl::Time value);
  void Add(std::nullopt_t) { AddNull(); }
  template <typename Integer, std::enable_if_t<std::is_integral_v<Integer>, int> = 0>
  void Add(Integer value) {
    if constexpr (std::is_same_v<Integer, bool>) {
      Add(std::string_view(value ? "t" : "f"));
    } else {
      AddOwned(std::to_string(value));
    }
  }
  template <typename T>
  void Add(const std::optional<T>& value) {
    value.has_value() ? Add(*value) : AddNull();
  }
  void AddBytes(std::string_view bytes);  // for bytea
  void AddNull();

  size_t size() const { return fields_.size(); }
  bool contains_nul() const { return contains_nul_; }

  // The text of parameter `index`, or nullopt for NULL.
  std::optional<std::string_view> field(size_t index) const;

 private:
  struct Field {
    std::string owned;
    std::string_view borrowed;
    enum class Kind { kNull, kOwned, kBorrowed } kind = Kind::kNull;
  };
  void AddOwned(std::string text);

  absl::InlinedVector<Field, 12> fields_;
  bool contains_nul_ = false;
};

// "2026-01-01 12:00:00.123456+00", or "infinity" / "-infinity": what PostgreSQL reads as a timestamptz.
std::string FormatTimestamp(absl::Time time);

}  // namespace switchboard

#endif  // SWITCHBOARD_COMMON_POSTGRES_PARAMS_H_
