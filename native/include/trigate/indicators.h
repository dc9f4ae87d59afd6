#ifndef TRIGATE_INDICATORS_H_
#define TRIGATE_INDICATORS_H_

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>

#include "trigate/fixed_array.h"
#include "trigate/result.h"

/// Five streaming indicators. Each takes one sample at a time in O(1) and gives NaN until it is warmed up. Definitions
/// and seeds are those of TA-Lib with unstable period 0. Compiled without fused multiply-add (`-ffp-contract=off`) the
/// results are the same bits on every machine.
namespace trigate {

/// What an indicator gives before it is warmed up: one bit pattern on every platform.
inline constexpr double kNoValue = std::numeric_limits<double>::quiet_NaN();
/// Samples above this in size are refused as kNotFinite; below it no sum or product here can overflow.
inline constexpr double kMaxMagnitude = 1e100;
/// The longest period of any indicator, in samples.
inline constexpr std::uint32_t kMaxPeriod = 100'000;

/// True for a sample that an indicator accepts. False for NaN as well, since every comparison with NaN is false.
[[nodiscard]] inline bool IsSample(double value) noexcept {
  return std::fabs(value) <= kMaxMagnitude;
}

/// Simple moving average of the last `period` samples, kept as a running sum as TA-Lib does: rounding errors of samples
/// that have left the window stay in the sum, about 1e-16 of the largest of them each.
class Sma {
 public:
  static constexpr std::size_t kInputs = 1;
  static constexpr std::size_t kOutputs = 1;

  Sma() noexcept = default;

  /// `period` is 1 to kMaxPeriod samples.
  explicit Sma(std::uint32_t period) noexcept
      : window_(period <= kMaxPeriod ? period : 0), divisor_(static_cast<double>(period)) {}

  /// kNone, or why the object refuses all samples: kBadArgument (period) or kOutOfMemory.
  [[nodiscard]] Error status() const noexcept {
    if (window_.size() != 0) {
      return Error::kNone;
    }
    return divisor_ >= 1 && divisor_ <= kMaxPeriod ? Error::kOutOfMemory : Error::kBadArgument;
  }

  /// Takes one sample; the mean from the period-th sample on. Error: kNotFinite, which leaves the state as it was.
  [[nodiscard]] Error Update(const std::array<double, 1>& sample, std::array<double, 1>& out) noexcept {
    const double value = sample[0];
    if (!IsSample(value)) {
      return Error::kNotFinite;
    }
    sum_ += value;
    window_[newest_] = value;
    newest_ = newest_ + 1 == window_.size() ? 0 : newest_ + 1;
    if (seen_ + 1 < window_.size()) {
      ++seen_;
      out[0] = kNoValue;
      return Error::kNone;
    }
    out[0] = sum_ / divisor_;
    sum_ -= window_[newest_];  // The oldest sample lies where the next one will be written.
    return Error::kNone;
  }

 private:
  FixedArray<double> window_;
  double divisor_ = 0;
  double sum_ = 0;
  std::size_t newest_ = 0;
  std::size_t seen_ = 0;
};

/// Exponential moving average with weight 2 / (period + 1), seeded with the simple mean of its first `period` samples.
class Ema {
 public:
  static constexpr std::size_t kInputs = 1;
  static constexpr std::size_t kOutputs = 1;

  Ema() noexcept = default;

  /// `period` is 1 to kMaxPeriod samples.
  explicit Ema(std::uint32_t period) noexcept : period_(period), weight_(2.0 / (static_cast<double>(period) + 1.0)) {}

  /// kNone or kBadArgument (period).
  [[nodiscard]] Error status() const noexcept {
    return period_ >= 1 && period_ <= kMaxPeriod ? Error::kNone : Error::kBadArgument;
  }

  /// Takes one sample; the average from the period-th sample on. Error: kNotFinite, which leaves the state as it was.
  [[nodiscard]] Error Update(const std::array<double, 1>& sample, std::array<double, 1>& out) noexcept {
    if (!IsSample(sample[0])) {
      return Error::kNotFinite;
    }
    out[0] = Next(sample[0]);
    return Error::kNone;
  }

  /// Update for a sample that is already known to be one: the building block of Macd.
  [[nodiscard]] double Next(double value) noexcept {
    if (seen_ >= period_) {
      average_ = (value - average_) * weight_ + average_;
      return average_;
    }
    average_ += value;
    if (++seen_ < period_) {
      return kNoValue;
    }
    average_ /= static_cast<double>(period_);
    return average_;
  }

 private:
  std::uint32_t period_ = 0;
  std::uint32_t seen_ = 0;
  double weight_ = 0;
  double average_ = 0;  // The sum while seen_ < period_.
};

/// Wilder's relative strength index, 0 to 100, seeded with the mean gain and mean loss of the first `period` changes.
/// 0 when gains and losses together are below 1e-14, as in TA-Lib: a market that never moves has no strength.
class Rsi {
 public:
  static constexpr std::size_t kInputs = 1;
  static constexpr std::size_t kOutputs = 1;
  static constexpr std::uint32_t kMinPeriod = 2;

  Rsi() noexcept = default;

  /// `period` is kMinPeriod to kMaxPeriod samples.
  explicit Rsi(std::uint32_t period) noexcept : period_(period), divisor_(static_cast<double>(period)) {}

  /// kNone or kBadArgument (period).
  [[nodiscard]] Error status() const noexcept {
    return period_ >= kMinPeriod && period_ <= kMaxPeriod ? Error::kNone : Error::kBadArgument;
  }

  /// Takes one sample; the index from sample period + 1 on. Error: kNotFinite, which leaves the state as it was.
  [[nodiscard]] Error Update(const std::array<double, 1>& sample, std::array<double, 1>& out) noexcept {
    const double value = sample[0];
    if (!IsSample(value)) {
      return Error::kNotFinite;
    }
    out[0] = kNoValue;
    if (seen_ == 0) {
      seen_ = 1;
      previous_ = value;
      return Error::kNone;
    }
    const double change = value - previous_;
    previous_ = value;
    const bool warm = seen_ > period_;
    if (warm) {
      loss_ *= divisor_ - 1.0;
      gain_ *= divisor_ - 1.0;
    } else {
      ++seen_;
    }
    // Both sums every time: a branch on the sign of a price change is mispredicted half the time.
    gain_ += change > 0 ? change : 0.0;
    loss_ += change < 0 ? -change : 0.0;
    if (seen_ > period_) {
      loss_ /= divisor_;
      gain_ /= divisor_;
      const double both = gain_ + loss_;
      out[0] = both < kStill ? 0.0 : 100.0 * (gain_ / both);
    }
    return Error::kNone;
  }

 private:
  static constexpr double kStill = 1e-14;

  std::uint32_t period_ = 0;
  std::uint32_t seen_ = 0;
  double divisor_ = 0;
  double previous_ = 0;
  double gain_ = 0;  // Sums until warm, means afterwards.
  double loss_ = 0;
};

/// Wilder's average true range over candles (high, low, close), in price units, seeded with the mean of the true ranges
/// of candles 2 to period + 1: the first candle has no close before it.
class Atr {
 public:
  static constexpr std::size_t kInputs = 3;
  static constexpr std::size_t kOutputs = 1;

  Atr() noexcept = default;

  /// `period` is 1 to kMaxPeriod candles.
  explicit Atr(std::uint32_t period) noexcept : period_(period), divisor_(static_cast<double>(period)) {}

  /// kNone or kBadArgument (period).
  [[nodiscard]] Error status() const noexcept {
    return period_ >= 1 && period_ <= kMaxPeriod ? Error::kNone : Error::kBadArgument;
  }

  /// Takes one candle as {high, low, close}; the range from candle period + 1 on.
  /// Errors, which leave the state as it was: kNotFinite, kBadCandle.
  [[nodiscard]] Error Update(const std::array<double, 3>& candle, std::array<double, 1>& out) noexcept {
    const auto [high, low, close] = candle;
    if (!IsSample(high) || !IsSample(low) || !IsSample(close)) {
      return Error::kNotFinite;
    }
    if (low > high) {
      return Error::kBadCandle;
    }
    out[0] = kNoValue;
    if (seen_ == 0) {
      seen_ = 1;
      previous_close_ = close;
      return Error::kNone;
    }
    const double range = std::max({high - low, std::fabs(high - previous_close_), std::fabs(low - previous_close_)});
    previous_close_ = close;
    if (seen_ > period_) {
      average_ = (average_ * (divisor_ - 1.0) + range) / divisor_;
      out[0] = average_;
      return Error::kNone;
    }
    average_ += range;
    if (++seen_ > period_) {
      average_ /= divisor_;
      out[0] = average_;
    }
    return Error::kNone;
  }

 private:
  std::uint32_t period_ = 0;
  std::uint32_t seen_ = 0;
  double divisor_ = 0;
  double previous_close_ = 0;
  double average_ = 0;  // The sum until warm.
};

/// The three periods of Macd, in samples: 1 <= fast < slow <= kMaxPeriod and 1 <= signal <= kMaxPeriod.
struct MacdPeriods {
  std::uint32_t fast = 12;
  std::uint32_t slow = 26;
  std::uint32_t signal = 9;
};

/// Moving average convergence / divergence: {fast EMA - slow EMA, its EMA over `signal`, their difference}, all three
/// from sample slow + signal - 1 on. As in TA-Lib the fast average is seeded with the `fast` samples that end where the
/// slow seed ends, not with the first ones.
class Macd {
 public:
  static constexpr std::size_t kInputs = 1;
  static constexpr std::size_t kOutputs = 3;

  Macd() noexcept = default;

  explicit Macd(const MacdPeriods& periods) noexcept
      : fast_(periods.fast), slow_(periods.slow), signal_(periods.signal), skip_(periods.slow - periods.fast) {
    const bool ordered = periods.fast < periods.slow;
    status_ = ordered && fast_.status() == Error::kNone && slow_.status() == Error::kNone ? signal_.status()
                                                                                          : Error::kBadArgument;
  }

  /// kNone or kBadArgument (periods).
  [[nodiscard]] Error status() const noexcept { return status_; }

  /// Takes one sample and gives {macd, signal, histogram}. Error: kNotFinite, which leaves the state as it was.
  [[nodiscard]] Error Update(const std::array<double, 1>& sample, std::array<double, 3>& out) noexcept {
    const double value = sample[0];
    if (!IsSample(value)) {
      return Error::kNotFinite;
    }
    out = {kNoValue, kNoValue, kNoValue};
    const double slow = slow_.Next(value);
    if (skip_ > 0) {
      --skip_;
      return Error::kNone;
    }
    const double fast = fast_.Next(value);
    if (std::isnan(slow)) {
      return Error::kNone;
    }
    const double macd = fast - slow;
    const double signal = signal_.Next(macd);
    if (!std::isnan(signal)) {
      out = {macd, signal, macd - signal};
    }
    return Error::kNone;
  }

 private:
  Ema fast_;
  Ema slow_;
  Ema signal_;
  std::uint32_t skip_ = 0;
  Error status_ = Error::kBadArgument;
};

/// What a batch run came to: on an error the samples before `index` were processed and `index` was refused.
struct [[nodiscard]] BatchOutcome {
  Error error = Error::kNone;
  std::size_t index = 0;
};

/// Runs an indicator over columns of samples: the same code as one Update after the other, hence the same bits.
/// All columns must be as long as the first input, else kTooShort; outputs must not overlap inputs, except that an
/// output may be the very input column it is computed from.
template <typename Indicator>
BatchOutcome RunBatch(Indicator& indicator, const std::array<std::span<const double>, Indicator::kInputs>& inputs,
                      const std::array<std::span<double>, Indicator::kOutputs>& outputs) noexcept {
  if (indicator.status() != Error::kNone) {
    return {indicator.status(), 0};
  }
  const std::size_t length = inputs[0].size();
  const auto fits = [length](const auto& column) { return column.size() == length; };
  if (!std::all_of(inputs.begin(), inputs.end(), fits) || !std::all_of(outputs.begin(), outputs.end(), fits)) {
    return {Error::kTooShort, 0};
  }
  // The outputs might alias the members of `indicator`; a local that nobody can point to stays in registers.
  Indicator local = std::move(indicator);
  BatchOutcome outcome{Error::kNone, length};
  std::array<double, Indicator::kInputs> in{};
  std::array<double, Indicator::kOutputs> out{};
  for (std::size_t row = 0; row < length; ++row) {
    for (std::size_t column = 0; column < Indicator::kInputs; ++column) {
      in[column] = inputs[column][row];
    }
    if (const Error error = local.Update(in, out); error != Error::kNone) {
      outcome = {error, row};
      break;
    }
    for (std::size_t column = 0; column < Indicator::kOutputs; ++column) {
      outputs[column][row] = out[column];
    }
  }
  indicator = std::move(local);
  return outcome;
}

}  // namespace trigate

#endif  // TRIGATE_INDICATORS_H_
