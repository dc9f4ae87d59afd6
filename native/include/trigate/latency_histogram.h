#ifndef TRIGATE_LATENCY_HISTOGRAM_H_
#define TRIGATE_LATENCY_HISTOGRAM_H_

#include <array>
#include <cstddef>
#include <cstdint>

namespace trigate {

/// Counts durations in log-linear buckets: 128 equal buckets for each doubling, so a value read back is at most 1/128
/// (0.8 %) above the one recorded, and exact below 256. Records in O(1) into memory of fixed size (about 37 KiB), so it
/// may sit on the hot path. Not thread-safe.
class LatencyHistogram {
 public:
  /// The largest value told apart, about 18 minutes in nanoseconds. Larger ones count as this one, and in saturated().
  static constexpr std::uint64_t kMaxValue = (std::uint64_t{1} << 40U) - 1;

  /// Counts one value, usually nanoseconds.
  void Record(std::uint64_t value) noexcept;

  /// How many values were recorded.
  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

  /// How many of them were above kMaxValue.
  [[nodiscard]] std::uint64_t saturated() const noexcept { return saturated_; }

  /// The smallest and the largest value recorded, exact; 0 when there is none.
  [[nodiscard]] std::uint64_t min() const noexcept { return count_ == 0 ? 0 : min_; }
  [[nodiscard]] std::uint64_t max() const noexcept { return max_; }

  /// The value that `quantile` (0 to 1, outside is clamped) of the recorded ones do not exceed: the top of its bucket,
  /// never above max(). 0 when nothing was recorded.
  [[nodiscard]] std::uint64_t Quantile(double quantile) const noexcept;

  /// Adds the counts of another histogram.
  void Merge(const LatencyHistogram& other) noexcept;

  /// Forgets everything.
  void Reset() noexcept { *this = LatencyHistogram(); }

 private:
  static constexpr std::uint32_t kBits = 7;                // log2 of the buckets for each doubling
  static constexpr std::uint32_t kDoublings = 40 - kBits;  // beyond the exact first ones
  static constexpr std::size_t kBuckets = static_cast<std::size_t>(kDoublings + 1) << kBits;

  [[nodiscard]] static std::size_t BucketOf(std::uint64_t value) noexcept;
  [[nodiscard]] static std::uint64_t TopOf(std::size_t bucket) noexcept;

  std::array<std::uint64_t, kBuckets> buckets_{};
  std::uint64_t count_ = 0;
  std::uint64_t saturated_ = 0;
  std::uint64_t min_ = ~std::uint64_t{0};
  std::uint64_t max_ = 0;
};

}  // namespace trigate

#endif  // TRIGATE_LATENCY_HISTOGRAM_H_
