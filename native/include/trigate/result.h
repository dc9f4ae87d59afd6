#ifndef TRIGATE_RESULT_H_
#define TRIGATE_RESULT_H_

#include <cstdint>

/// The native core: order book, event loop, indicators and latency histogram. Nothing in it throws, prints, or
/// allocates after construction; every function that can refuse says why with an Error.
namespace trigate {

/// Why a call was refused. A refused call changes nothing. The numbers cross the border to JavaScript: never reuse one.
enum class Error : std::uint8_t {
  kNone = 0,          ///< Not an error.
  kBadArgument = 1,   ///< An argument is outside the range that its doc comment states.
  kOutOfMemory = 2,   ///< Construction could not get its memory; the object refuses all further use.
  kFull = 3,          ///< A capacity that was fixed at construction is used up.
  kUnknownOrder = 4,  ///< No live order has this id: it was never given, or its order is filled or cancelled.
  kOutOfRange = 5,    ///< A price lies outside the ladder of the book.
  kWouldCross = 6,    ///< A post-only order would have traded at once.
  kUnfillable = 7,    ///< A fill-or-kill order found too few lots within its limit.
  kNotFinite = 8,     ///< A sample is NaN, infinite, or above kMaxMagnitude in size.
  kTooShort = 9,      ///< An output is shorter than its input, or inputs differ in length.
  kLate = 10,         ///< An event is older than one that was already delivered.
  kBadCandle = 11,    ///< A candle's low is above its high.
};

/// A value or the reason why there is none. `value` is default-made when `error` is not kNone.
template <typename T>
struct [[nodiscard]] Result {
  T value{};
  Error error = Error::kNone;

  /// True when `value` may be read.
  [[nodiscard]] constexpr explicit operator bool() const noexcept { return error == Error::kNone; }
};

/// Makes a refusal of any Result type.
template <typename T>
[[nodiscard]] constexpr Result<T> Refuse(Error error) noexcept {
  return Result<T>{T{}, error};
}

}  // namespace trigate

#endif  // TRIGATE_RESULT_H_
