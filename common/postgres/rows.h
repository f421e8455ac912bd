// What comes out of a statement.
#ifndef SWITCHBOARD_COMMON_POSTGRES_ROWS_H_
#define SWITCHBOARD_COMMON_POSTGRES_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/time.h"

namespace pqxx {
class result;
}

namespace switchboard {

class Rows;

// One row: a view into its Rows, cheap to copy, valid as long as they are. Columns count from 0.
// A NULL reads as 0, false, "", the Unix epoch or an empty array; ask IsNull where it matters. Reading a column as
// something that it is not (text as Int64, a column that does not exist) is a mistake in the program and ends the
// process with a message: it shows in the first test, and guessing a number would lose an inquiry.
class Row {
 public:
  bool IsNull(int column) const;
  std::string_view Text(int column) const;  // a view into the result, no copy
  int64_t Int64(int column) const;
  int Int(int column) const { return static_cast<int>(Int64(column)); }
  double Double(int column) const;
  bool Bool(int column) const;
  absl::Time Time(int column) const;                     // timestamptz
  std::string Bytes(int column) const;                   // bytea, decoded
  std::vector<std::string> TextArray(int column) const;  // one-dimensional; NULL elements read as ""
  std::vector<int64_t> Int64Array(int column) const;

  std::optional<std::string_view> OptionalText(int column) const;
  std::optional<int64_t> OptionalInt64(int column) const;
  std::optional<absl::Time> OptionalTime(int column) const;

 private:
  friend class Rows;
  Row(const std::string_view* fields, int columns) : fields_(fields), columns_(columns) {}

  std::string_view FieldAt(int column) const;

  const std::string_view* fields_;  // a NULL is a view of nothing; null: all are NULL
  int columns_;
};

// The result of one statement: movable, holds the rows as the driver received them. Thread-compatible.
class Rows {
 public:
  class iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Row;
    using difference_type = std::ptrdiff_t;
    using pointer = const Row*;
    using reference = Row;

    Row operator*() const { return (*rows_)[index_]; }
    iterator& operator++() {
      ++index_;
      return *this;
    }
    friend bool operator==(const iterator& a, const iterator& b) { return a.index_ == b.index_; }
    friend bool operator!=(const iterator& a, const iterator& b) { return a.index_ != b.index_; }

   private:
    friend class Rows;
    iterator(const Rows* rows, size_t index) : rows_(rows), index_(index) {}
    const Rows* rows_;
    size_t index_;
  };

  Rows() = default;
  explicit Rows(pqxx::result result);

  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  Row operator[](size_t index) const;  // one that is not there reads as NULLs
  iterator begin() const { return iterator(this, 0); }
  iterator end() const { return iterator(this, size_); }

  // How many rows an INSERT, UPDATE or DELETE touched.
  size_t affected() const;

 private:
  std::shared_ptr<const pqxx::result> result_;  // owns what the fields show
  std::vector<std::string_view> fields_;        // row after row
  size_t size_ = 0;
  int columns_ = 0;
};

}  // namespace switchboard

#endif  // SWITCHBOARD_COMMON_POSTGRES_ROWS_H_
