#include "trigate/latency_histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace trigate {

std::size_t LatencyHistogram::BucketOf(std::uint64_t value) noexcept {
  // Below 2 * 2^kBits the shift is 0 and the bucket is the value itself.
  const auto width = static_cast<std::uint32_t>(std::bit_width(value));
  const std::uint32_t shift = width > kBits + 1 ? width - (kBits + 1) : 0;
  return (static_cast<std::size_t>(shift) << kBits) + static_cast<std::size_t>(value >> shift);
}

std::uint64_t LatencyHistogram::TopOf(std::size_t bucket) noexcept {
  const std::size_t row = bucket >> kBits;
  const std::size_t shift = row > 1 ? row - 1 : 0;
  const std::uint64_t step = bucket - (shift << kBits);
  return ((step + 1) << shift) - 1;
}

void LatencyHistogram::Record(std::uint64_t value) noexcept {
  if (value > kMaxValue) {
    value = kMaxValue;
    ++saturated_;
  }
  ++buckets_[BucketOf(value)];
  ++count_;
  min_ = std::min(min_, value);
  max_ = std::max(max_, value);
}

std::uint64_t LatencyHistogram::Quantile(double quantile) const noexcept {
  if (count_ == 0) {
    return 0;
  }
  const double share = std::clamp(quantile, 0.0, 1.0) * static_cast<double>(count_);
  const auto rank = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::ceil(share)));
  std::uint64_t seen = 0;
  for (std::size_t bucket = 0; bucket < kBuckets; ++bucket) {
    seen += buckets_[bucket];
    if (seen >= rank) {
      return std::clamp(TopOf(bucket), min_, max_);
    }
  }
  return max_;
}

void LatencyHistogram::Merge(const LatencyHistogram& other) noexcept {
  for (std::size_t bucket = 0; bucket < kBuckets; ++bucket) {
    buckets_[bucket] += other.buckets_[bucket];
  }
  count_ += other.count_;
  saturated_ += other.saturated_;
  min_ = std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
}

}  // namespace trigate
