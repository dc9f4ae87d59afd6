#include "trigate/latency_histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

namespace trigate {
namespace {

std::uint64_t ExactQuantile(std::vector<std::uint64_t> values, double quantile) {
  std::sort(values.begin(), values.end());
  const auto rank = static_cast<std::size_t>(std::ceil(quantile * static_cast<double>(values.size())));
  return values[std::max<std::size_t>(rank, 1) - 1];
}

TEST(LatencyHistogramTest, StaysWithinItsErrorOnLogNormalValues) {
  std::mt19937_64 random(7);
  std::lognormal_distribution<double> latency(7.0, 2.5);
  LatencyHistogram histogram;
  std::vector<std::uint64_t> values;
  for (int i = 0; i < 100'000; ++i) {
    values.push_back(static_cast<std::uint64_t>(latency(random)));
    histogram.Record(values.back());
  }
  for (const double quantile : {0.0, 0.01, 0.5, 0.9, 0.99, 0.999, 0.9999, 1.0}) {
    const double exact = static_cast<double>(ExactQuantile(values, quantile));
    const double shown = static_cast<double>(histogram.Quantile(quantile));
    EXPECT_GE(shown, exact) << quantile;
    EXPECT_LE(shown, exact * (1 + 1.0 / 128)) << quantile;
  }
}

TEST(LatencyHistogramTest, IsExactBelow256) {
  for (std::uint64_t value = 0; value < 256; ++value) {
    LatencyHistogram histogram;
    histogram.Record(value);
    histogram.Record(1'000'000);
    EXPECT_EQ(histogram.Quantile(0.5), value);
  }
}

TEST(LatencyHistogramTest, HasNoGapAtAnyPowerOfTwo) {
  for (std::uint32_t bit = 1; bit < 40; ++bit) {
    for (const std::uint64_t value : {(std::uint64_t{1} << bit) - 1, std::uint64_t{1} << bit}) {
      LatencyHistogram histogram;
      histogram.Record(value);
      histogram.Record(LatencyHistogram::kMaxValue);
      EXPECT_GE(histogram.Quantile(0.5), value);
      EXPECT_LE(histogram.Quantile(0.5), value + value / 128);
    }
  }
}

TEST(LatencyHistogramTest, CountsWhatIsTooLarge) {
  LatencyHistogram histogram;
  histogram.Record(~std::uint64_t{0});
  histogram.Record(5);
  EXPECT_EQ(histogram.saturated(), 1U);
  EXPECT_EQ(histogram.max(), LatencyHistogram::kMaxValue);
  EXPECT_EQ(histogram.min(), 5U);
}

TEST(LatencyHistogramTest, MergesAndForgets) {
  LatencyHistogram left;
  LatencyHistogram right;
  left.Record(10);
  right.Record(1'000);
  left.Merge(right);
  EXPECT_EQ(left.count(), 2U);
  EXPECT_EQ(left.min(), 10U);
  EXPECT_EQ(left.Quantile(1.0), 1'000U);
  left.Reset();
  EXPECT_EQ(left.count(), 0U);
  EXPECT_EQ(left.Quantile(0.99), 0U);
  EXPECT_EQ(left.min(), 0U);
}

}  // namespace
}  // namespace trigate
