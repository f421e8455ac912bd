// Vectors that begin with a cache line, so that a row of a line's size is one miss instead of two.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_LINE_ALIGNED_H_
#define SWITCHBOARD_SERVICES_TRIAGE_LINE_ALIGNED_H_

#include <cstddef>
#include <new>
#include <vector>

namespace switchboard::triage {

template <typename Item>
struct LineAllocator {
  using value_type = Item;
  static constexpr std::align_val_t kLine{64};

  LineAllocator() = default;
  template <typename Other>
  LineAllocator(const LineAllocator<Other>&) {}  // NOLINT: allocators convert into each other

  Item* allocate(size_t count) { return static_cast<Item*>(::operator new(count * sizeof(Item), kLine)); }
  void deallocate(Item* items, size_t) { ::operator delete(items, kLine); }

  bool operator==(const LineAllocator&) const { return true; }
};

template <typename Item>
using LineAligned = std::vector<Item, LineAllocator<Item>>;

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_LINE_ALIGNED_H_
