#ifndef TRIGATE_BOOK_BATCH_H_
#define TRIGATE_BOOK_BATCH_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "trigate/order_book.h"

namespace trigate {

/// What a command asks of the book. The numbers cross the border to JavaScript: never reuse one.
enum class BookOperation : std::uint8_t {
  kAddLimit = 0,
  kAddMarket = 1,
  kCancel = 2,
  kReplace = 3,
  kExecute = 4,
  kFind = 5,  ///< The answer's filled_lots carries the price in ticks and `detail` the side.
  kBest = 6,  ///< Of `side`: the price in filled_lots, the total in open_lots, the number of orders in `detail`.
};

/// One command as eight-byte integers, so that a caller in another language can write it without padding rules.
struct BookCommand {
  std::int64_t operation = 0;      ///< A BookOperation.
  std::uint64_t id = 0;            ///< For kCancel, kReplace, kExecute and kFind.
  std::int64_t side = 0;           ///< A Side, for kAddLimit, kAddMarket and kBest.
  std::int64_t time_in_force = 0;  ///< A TimeInForce, for kAddLimit.
  std::int64_t price_ticks = 0;    ///< For kAddLimit and kReplace.
  std::int64_t lots = 0;           ///< For all that carry a size.
};

/// The answer to one command.
struct BookAnswer {
  std::int64_t error = 0;        ///< An Error; when it is not kNone, the rest is 0.
  std::uint64_t id = 0;          ///< The order that rests, 0 for none.
  std::int64_t filled_lots = 0;  ///< Traded at once.
  std::int64_t open_lots = 0;    ///< Left in the book.
  std::int64_t detail = 0;       ///< For what adds or replaces: how many fills the command appended.
};
static_assert(sizeof(BookCommand) == 48 && sizeof(BookAnswer) == 40 && sizeof(Fill) == 32);

/// How far a batch came.
struct BookProgress {
  std::size_t commands = 0;  ///< Done; less than asked when `fills` could have overflowed: empty it and go on.
  std::size_t fills = 0;     ///< Written.
};

/// Runs commands in order and appends all their fills. `answers` must be as long as `commands`, and `fills` at least as
/// long as the capacity of the book, or nothing is done.
[[nodiscard]] BookProgress RunCommands(OrderBook& book, std::span<const BookCommand> commands,
                                       std::span<BookAnswer> answers, std::span<Fill> fills) noexcept;

}  // namespace trigate

#endif  // TRIGATE_BOOK_BATCH_H_
