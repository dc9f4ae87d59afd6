#ifndef TRIGATE_LEVEL_SET_H_
#define TRIGATE_LEVEL_SET_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "trigate/fixed_array.h"

namespace trigate {

/// A set of small integers as a tree of 64-bit words. Every operation touches at most four words, whatever the size:
/// one word of a tier tells which words of the tier below are not empty.
class LevelSet {
 public:
  /// What First, Last, Above and Below return when there is no such member.
  static constexpr std::uint32_t kNothing = 0xFFFF'FFFFU;
  /// The largest size that four tiers of 64 reach.
  static constexpr std::uint32_t kMaxSize = 64U * 64U * 64U * 64U;

  LevelSet() noexcept = default;

  /// A set over 0 .. size-1, empty. `size` is 1 to kMaxSize; otherwise, or when memory ran out, ok() is false.
  explicit LevelSet(std::uint32_t size) noexcept;

  /// True when the set may be used.
  [[nodiscard]] bool ok() const noexcept { return words_.size() != 0; }

  /// Adds `member` (below the size given at construction); adding twice is harmless.
  void Insert(std::uint32_t member) noexcept;

  /// Removes `member`; removing what is not there is harmless.
  void Erase(std::uint32_t member) noexcept;

  /// True when `member` is in the set.
  [[nodiscard]] bool Contains(std::uint32_t member) const noexcept;

  /// The smallest member, or kNothing.
  [[nodiscard]] std::uint32_t First() const noexcept;

  /// The largest member, or kNothing.
  [[nodiscard]] std::uint32_t Last() const noexcept;

  /// The smallest member greater than `member`, or kNothing.
  [[nodiscard]] std::uint32_t Above(std::uint32_t member) const noexcept;

  /// The largest member less than `member`, or kNothing.
  [[nodiscard]] std::uint32_t Below(std::uint32_t member) const noexcept;

 private:
  static constexpr std::size_t kMaxTiers = 4;

  [[nodiscard]] std::uint64_t Word(std::size_t tier, std::uint32_t index) const noexcept {
    return words_[offsets_[tier] + index];
  }
  [[nodiscard]] std::uint32_t LowestUnder(std::size_t tier, std::uint32_t index) const noexcept;
  [[nodiscard]] std::uint32_t HighestUnder(std::size_t tier, std::uint32_t index) const noexcept;

  FixedArray<std::uint64_t> words_;
  std::array<std::uint32_t, kMaxTiers> offsets_{};  // Tier 0 holds the members themselves.
  std::size_t tiers_ = 0;
};

}  // namespace trigate

#endif  // TRIGATE_LEVEL_SET_H_
