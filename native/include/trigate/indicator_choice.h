#ifndef TRIGATE_INDICATOR_CHOICE_H_
#define TRIGATE_INDICATOR_CHOICE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <variant>

#include "trigate/indicators.h"
#include "trigate/result.h"

namespace trigate {

/// Which indicator. The numbers cross the border to JavaScript: never reuse one.
enum class IndicatorKind : std::uint8_t { kSma = 0, kEma = 1, kRsi = 2, kAtr = 3, kMacd = 4 };

/// An indicator chosen at run time. `periods[0]` is the period; kMacd takes {fast, slow, signal}.
struct IndicatorSpec {
  IndicatorKind kind = IndicatorKind::kSma;
  std::array<std::uint32_t, 3> periods{};
};

/// The most columns that any indicator reads or writes. Unused ones are ignored.
inline constexpr std::size_t kMaxColumns = 3;

/// An indicator whose kind is known only at run time, for bindings.
class AnyIndicator {
 public:
  /// Builds the indicator; status() says whether it may be used.
  explicit AnyIndicator(const IndicatorSpec& spec) noexcept;

  /// kNone, kBadArgument (kind or periods) or kOutOfMemory.
  [[nodiscard]] Error status() const noexcept;

  /// Takes the sample {value} or {high, low, close} and writes the outputs. Errors as the indicator's own Update.
  [[nodiscard]] Error Update(const std::array<double, kMaxColumns>& sample,
                             std::array<double, kMaxColumns>& out) noexcept;

  /// Runs over columns; see RunBatch. Columns that the indicator does not have may be empty.
  BatchOutcome Run(const std::array<std::span<const double>, kMaxColumns>& inputs,
                   const std::array<std::span<double>, kMaxColumns>& outputs) noexcept;

 private:
  std::variant<std::monostate, Sma, Ema, Rsi, Atr, Macd> indicator_;
};

}  // namespace trigate

#endif  // TRIGATE_INDICATOR_CHOICE_H_
