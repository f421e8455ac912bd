#include "common/postgres/copy_rows.h"

#include "common/postgres/wire_format.h"

namespace switchboard {
namespace {

// The signature, no flags, and no further header.
constexpr std::string_view kHeader("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19);

}  // namespace

CopyRows::CopyRows() : stream_(kHeader) {}

template <typename Value>
void CopyRows::Add(Value value) {
  wire_format::Append(stream_, static_cast<int32_t>(sizeof value));
  wire_format::Append(stream_, value);
}

void CopyRows::BeginRow(int columns) {
  ++size_;
  wire_format::Append(stream_, static_cast<int16_t>(columns));
}

void CopyRows::AddBigint(int64_t value) { Add(value); }
void CopyRows::AddInteger(int32_t value) { Add(value); }
void CopyRows::AddSmallint(int16_t value) { Add(value); }
void CopyRows::AddReal(float value) { Add(value); }
void CopyRows::AddBoolean(bool value) { Add(static_cast<int8_t>(value)); }
void CopyRows::AddTimestamptz(absl::Time time) { Add(wire_format::FromTime(time)); }

void CopyRows::AddNull() { wire_format::Append(stream_, int32_t{-1}); }

void CopyRows::AddText(std::string_view text) {
  contains_nul_ = contains_nul_ || text.find('\0') != std::string_view::npos;
  wire_format::Append(stream_, static_cast<int32_t>(text.size()));
  stream_ += text;
}

void CopyRows::AddUuid(std::string_view bytes) {
  wire_format::Append(stream_, static_cast<int32_t>(bytes.size()));
  stream_ += bytes;
}

}  // namespace switchboard
