#include "trigate/spsc_ring.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <thread>
#include <vector>

namespace trigate {
namespace {

TEST(SpscRingTest, RefusesWhenFullAndGivesBackInOrder) {
  SpscRing<int> ring(3);  // Rounded up to 4.
  for (int i = 0; i < 4; ++i) {
    EXPECT_TRUE(ring.TryPush(i));
  }
  EXPECT_FALSE(ring.TryPush(4));
  std::vector<int> taken;
  const auto take = [&taken](int element) { taken.push_back(element); };
  EXPECT_EQ(ring.PopBatch(2, take), 2U);
  EXPECT_TRUE(ring.TryPush(4));
  EXPECT_EQ(ring.PopBatch(10, take), 3U);
  EXPECT_EQ(ring.PopBatch(10, take), 0U);
  EXPECT_EQ(taken, (std::vector<int>{0, 1, 2, 3, 4}));
}

TEST(SpscRingTest, AnEmptyRingIsNotOk) {
  EXPECT_FALSE(SpscRing<int>(0).ok());
}

TEST(SpscRingTest, LosesAndReordersNothingBetweenTwoThreads) {
  constexpr std::uint64_t kCount = 200'000;
  SpscRing<std::uint64_t> ring(64);
  std::thread producer([&ring] {
    for (std::uint64_t i = 0; i < kCount; ++i) {
      while (!ring.TryPush(i)) {
        std::this_thread::yield();
      }
    }
  });
  std::uint64_t expected = 0;
  bool ordered = true;
  while (expected < kCount) {
    const std::size_t got = ring.PopBatch(32, [&](std::uint64_t element) { ordered &= element == expected++; });
    if (got == 0) {
      std::this_thread::yield();
    }
  }
  producer.join();
  EXPECT_TRUE(ordered);
  EXPECT_EQ(ring.PopBatch(1, [](std::uint64_t) {}), 0U);
}

}  // namespace
}  // namespace trigate
