// Rows for a COPY in binary form.
#ifndef SWITCHBOARD_COMMON_POSTGRES_COPY_ROWS_H_
#define SWITCHBOARD_COMMON_POSTGRES_COPY_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/time/time.h"

namespace switchboard {

// Built value by value in the order of the statement's columns, each by the method that is named like the column's
// type: the server takes them as they are, and refuses the load where one has another length. Texts are UTF-8 without
// NUL; a NUL makes contains_nul() true, and the load is then refused as a whole. Not thread-safe.
class CopyRows {
 public:
  CopyRows();

  void BeginRow(int columns);
  void AddBigint(int64_t value);
  void AddInteger(int32_t value);
  void AddSmallint(int16_t value);
  void AddReal(float value);
  void AddBoolean(bool value);
  void AddText(std::string_view text);
  void AddTimestamptz(absl::Time time);
  void AddUuid(std::string_view bytes);  // sixteen
  void AddNull();

  void Reserve(size_t bytes) { stream_.reserve(bytes); }
  size_t size() const { return size_; }  // rows
  bool empty() const { return size_ == 0; }
  bool contains_nul() const { return contains_nul_; }

  // What goes to the server, but for the end mark.
  const std::string& stream() const { return stream_; }

 private:
  template <typename Value>
  void Add(Value value);

  std::string stream_;
  size_t size_ = 0;
  bool contains_nul_ = false;
};

}  // namespace switchboard

#endif  // SWITCHBOARD_COMMON_POSTGRES_COPY_ROWS_H_
