#include "trigate/level_set.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <set>

namespace trigate {
namespace {

constexpr std::uint32_t kSizes[] = {1, 63, 64, 65, 4096, 4097, 262144, 262145, 500'000};

std::uint32_t OrNothing(const std::set<std::uint32_t>& set, std::set<std::uint32_t>::const_iterator found) {
  return found == set.end() ? LevelSet::kNothing : *found;
}

TEST(LevelSetTest, AgreesWithStdSetUnderRandomChanges) {
  for (const std::uint32_t size : kSizes) {
    SCOPED_TRACE(size);
    LevelSet levels(size);
    ASSERT_TRUE(levels.ok());
    std::set<std::uint32_t> reference;
    std::mt19937 random(size);
    for (int step = 0; step < 4'000; ++step) {
      const std::uint32_t member = random() % size;
      if (random() % 2 == 0) {
        levels.Insert(member);
        reference.insert(member);
      } else {
        levels.Erase(member);
        reference.erase(member);
      }
      const std::uint32_t probe = random() % size;
      ASSERT_EQ(levels.Contains(probe), reference.count(probe) == 1);
      ASSERT_EQ(levels.First(), reference.empty() ? LevelSet::kNothing : *reference.begin());
      ASSERT_EQ(levels.Last(), reference.empty() ? LevelSet::kNothing : *reference.rbegin());
      ASSERT_EQ(levels.Above(probe), OrNothing(reference, reference.upper_bound(probe)));
      const auto below = reference.lower_bound(probe);
      ASSERT_EQ(levels.Below(probe), below == reference.begin() ? LevelSet::kNothing : *std::prev(below));
    }
  }
}

TEST(LevelSetTest, FindsTheLastMemberOfTheLargestSet) {
  LevelSet levels(LevelSet::kMaxSize);
  ASSERT_TRUE(levels.ok());
  levels.Insert(LevelSet::kMaxSize - 1);
  EXPECT_EQ(levels.First(), LevelSet::kMaxSize - 1);
  EXPECT_EQ(levels.Above(0), LevelSet::kMaxSize - 1);
  EXPECT_EQ(levels.Below(LevelSet::kMaxSize - 1), LevelSet::kNothing);
}

TEST(LevelSetTest, RefusesSizesOutOfRange) {
  EXPECT_FALSE(LevelSet(0).ok());
  EXPECT_FALSE(LevelSet(LevelSet::kMaxSize + 1).ok());
}

}  // namespace
}  // namespace trigate
