#include "trigate/level_set.h"

#include <bit>

namespace trigate {
namespace {

constexpr std::uint32_t kBitsPerWord = 64;
constexpr std::uint32_t kShift = 6;

constexpr std::uint64_t BitOf(std::uint32_t member) noexcept {
  return std::uint64_t{1} << (member % kBitsPerWord);
}

std::uint32_t LowestBit(std::uint64_t word) noexcept {
  return static_cast<std::uint32_t>(std::countr_zero(word));
}

std::uint32_t HighestBit(std::uint64_t word) noexcept {
  return kBitsPerWord - 1 - static_cast<std::uint32_t>(std::countl_zero(word));
}

}  // namespace

LevelSet::LevelSet(std::uint32_t size) noexcept {
  if (size == 0 || size > kMaxSize) {
    return;
  }
  std::uint32_t total = 0;
  std::uint32_t members = size;
  do {
    const std::uint32_t words = (members + kBitsPerWord - 1) / kBitsPerWord;
    offsets_[tiers_++] = total;
    total += words;
    members = words;
  } while (members > 1);
  words_ = FixedArray<std::uint64_t>(total);
}

void LevelSet::Insert(std::uint32_t member) noexcept {
  for (std::size_t tier = 0; tier < tiers_; ++tier) {
    std::uint64_t& word = words_[offsets_[tier] + (member >> kShift)];
    const bool known = word != 0;
    word |= BitOf(member);
    if (known) {
      return;  // A word that was not empty is already marked in all tiers above.
    }
    member >>= kShift;
  }
}

void LevelSet::Erase(std::uint32_t member) noexcept {
  for (std::size_t tier = 0; tier < tiers_; ++tier) {
    std::uint64_t& word = words_[offsets_[tier] + (member >> kShift)];
    word &= ~BitOf(member);
    if (word != 0) {
      return;
    }
    member >>= kShift;
  }
}

bool LevelSet::Contains(std::uint32_t member) const noexcept {
  return (Word(0, member >> kShift) & BitOf(member)) != 0;
}

std::uint32_t LevelSet::First() const noexcept {
  return Word(tiers_ - 1, 0) == 0 ? kNothing : LowestUnder(tiers_ - 1, 0);
}

std::uint32_t LevelSet::Last() const noexcept {
  return Word(tiers_ - 1, 0) == 0 ? kNothing : HighestUnder(tiers_ - 1, 0);
}

std::uint32_t LevelSet::Above(std::uint32_t member) const noexcept {
  for (std::size_t tier = 0; tier < tiers_; ++tier) {
    const std::uint32_t index = member >> kShift;
    // Two shifts, since a single shift by 64 is undefined.
    const std::uint64_t rest = Word(tier, index) & (~std::uint64_t{0} << (member % kBitsPerWord) << 1U);
    if (rest != 0) {
      const std::uint32_t found = (index << kShift) + LowestBit(rest);
      return tier == 0 ? found : LowestUnder(tier - 1, found);
    }
    member = index;
  }
  return kNothing;
}

std::uint32_t LevelSet::Below(std::uint32_t member) const noexcept {
  for (std::size_t tier = 0; tier < tiers_; ++tier) {
    const std::uint32_t index = member >> kShift;
    const std::uint64_t rest = Word(tier, index) & (BitOf(member) - 1);
    if (rest != 0) {
      const std::uint32_t found = (index << kShift) + HighestBit(rest);
      return tier == 0 ? found : HighestUnder(tier - 1, found);
    }
    member = index;
  }
  return kNothing;
}

std::uint32_t LevelSet::LowestUnder(std::size_t tier, std::uint32_t index) const noexcept {
  for (;; --tier) {
    index = (index << kShift) + LowestBit(Word(tier, index));
    if (tier == 0) {
      return index;
    }
  }
}

std::uint32_t LevelSet::HighestUnder(std::size_t tier, std::uint32_t index) const noexcept {
  for (;; --tier) {
    index = (index << kShift) + HighestBit(Word(tier, index));
    if (tier == 0) {
      return index;
    }
  }
}

}  // namespace trigate
