#ifndef TRIGATE_SPSC_RING_H_
#define TRIGATE_SPSC_RING_H_

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "trigate/fixed_array.h"

namespace trigate {

/// The distance that keeps two threads' data off one cache line.
inline constexpr std::size_t kCacheLineBytes = 64;

/// A queue between exactly one producer thread and one consumer thread, without locks. Each side keeps its own copy of
/// the other's position and looks at the shared one only when the copy says full or empty.
template <typename T>
class SpscRing {
 public:
  /// Room for at least `capacity` elements (rounded up to a power of two); ok() is false when memory ran out or
  /// `capacity` is 0.
  explicit SpscRing(std::size_t capacity) noexcept
      : slots_(capacity == 0 ? 0 : std::bit_ceil(capacity)), mask_(slots_.size() - 1) {}

  /// True when the ring may be used.
  [[nodiscard]] bool ok() const noexcept { return slots_.size() != 0; }

  /// Producer only. False when the ring is full; nothing was written then.
  [[nodiscard]] bool TryPush(const T& element) noexcept {
    const std::size_t tail = tail_.load(std::memory_order_relaxed);
    if (tail - known_head_ == slots_.size()) {
      known_head_ = head_.load(std::memory_order_acquire);
      if (tail - known_head_ == slots_.size()) {
        return false;
      }
    }
    slots_[tail & mask_] = element;
    tail_.store(tail + 1, std::memory_order_release);
    return true;
  }

  /// Consumer only. Hands up to `limit` elements in order to `take(const T&)` and gives their number. The whole batch
  /// is given back to the producer at once.
  template <typename Take>
  std::size_t PopBatch(std::size_t limit, Take take) noexcept {
    const std::size_t head = head_.load(std::memory_order_relaxed);
    if (known_tail_ - head < limit) {
      known_tail_ = tail_.load(std::memory_order_acquire);
    }
    const std::size_t ready = known_tail_ - head;
    const std::size_t count = ready < limit ? ready : limit;
    for (std::size_t offset = 0; offset < count; ++offset) {
      take(slots_[(head + offset) & mask_]);
    }
    if (count != 0) {
      head_.store(head + count, std::memory_order_release);
    }
    return count;
  }

 private:
  FixedArray<T> slots_;
  std::size_t mask_;
  alignas(kCacheLineBytes) std::atomic<std::size_t> head_{0};
  alignas(kCacheLineBytes) std::size_t known_tail_ = 0;  // The consumer's copy.
  alignas(kCacheLineBytes) std::atomic<std::size_t> tail_{0};
  alignas(kCacheLineBytes) std::size_t known_head_ = 0;  // The producer's copy.
};

}  // namespace trigate

#endif  // TRIGATE_SPSC_RING_H_
