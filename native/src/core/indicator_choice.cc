#include "trigate/indicator_choice.h"

#include <algorithm>
#include <type_traits>

namespace trigate {
namespace {

// std::visit may throw on a valueless variant and so drags exceptions into the core; get_if cannot.
template <typename Variant, typename Visitor>
auto Dispatch(Variant& indicator, Visitor visit) noexcept -> decltype(visit(*std::get_if<Sma>(&indicator))) {
  if (auto* sma = std::get_if<Sma>(&indicator)) {
    return visit(*sma);
  }
  if (auto* ema = std::get_if<Ema>(&indicator)) {
    return visit(*ema);
  }
  if (auto* rsi = std::get_if<Rsi>(&indicator)) {
    return visit(*rsi);
  }
  if (auto* atr = std::get_if<Atr>(&indicator)) {
    return visit(*atr);
  }
  if (auto* macd = std::get_if<Macd>(&indicator)) {
    return visit(*macd);
  }
  return {Error::kBadArgument};
}

}  // namespace

AnyIndicator::AnyIndicator(const IndicatorSpec& spec) noexcept {
  const std::uint32_t period = spec.periods[0];
  switch (spec.kind) {
    case IndicatorKind::kSma:
      indicator_.emplace<Sma>(period);
      break;
    case IndicatorKind::kEma:
      indicator_.emplace<Ema>(period);
      break;
    case IndicatorKind::kRsi:
      indicator_.emplace<Rsi>(period);
      break;
    case IndicatorKind::kAtr:
      indicator_.emplace<Atr>(period);
      break;
    case IndicatorKind::kMacd:
      indicator_.emplace<Macd>(MacdPeriods{period, spec.periods[1], spec.periods[2]});
      break;
  }
}

Error AnyIndicator::status() const noexcept {
  return Dispatch(indicator_, [](const auto& indicator) noexcept { return Error{indicator.status()}; });
}

Error AnyIndicator::Update(const std::array<double, kMaxColumns>& sample,
                           std::array<double, kMaxColumns>& out) noexcept {
  return Dispatch(indicator_, [&](auto& indicator) noexcept {
    using Indicator = std::remove_reference_t<decltype(indicator)>;
    if (indicator.status() != Error::kNone) {
      return Error{indicator.status()};
    }
    std::array<double, Indicator::kInputs> in{};
    std::array<double, Indicator::kOutputs> result{};
    std::copy_n(sample.begin(), in.size(), in.begin());
    const Error error = indicator.Update(in, result);
    if (error == Error::kNone) {
      std::copy(result.begin(), result.end(), out.begin());
    }
    return error;
  });
}

BatchOutcome AnyIndicator::Run(const std::array<std::span<const double>, kMaxColumns>& inputs,
                               const std::array<std::span<double>, kMaxColumns>& outputs) noexcept {
  return Dispatch(indicator_, [&](auto& indicator) noexcept {
    using Indicator = std::remove_reference_t<decltype(indicator)>;
    std::array<std::span<const double>, Indicator::kInputs> in{};
    std::array<std::span<double>, Indicator::kOutputs> out{};
    std::copy_n(inputs.begin(), in.size(), in.begin());
    std::copy_n(outputs.begin(), out.size(), out.begin());
    return RunBatch(indicator, in, out);
  });
}

}  // namespace trigate
