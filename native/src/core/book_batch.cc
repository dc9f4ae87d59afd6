#include "trigate/book_batch.h"

#include <algorithm>
#include <limits>

namespace trigate {
namespace {

// Values above the range of an enumeration must stay out of it, not wrap into it when they are narrowed to 8 bits.
template <typename Enumeration>
Enumeration Narrow(std::int64_t value) noexcept {
  constexpr std::int64_t kMax = std::numeric_limits<std::uint8_t>::max();
  return static_cast<Enumeration>(value < 0 || value > kMax ? kMax : value);
}

BookAnswer RefusedWith(Error error) noexcept {
  BookAnswer answer;
  answer.error = static_cast<std::int64_t>(error);
  return answer;
}

BookAnswer AnswerOf(const Result<Submitted>& result) noexcept {
  if (!result) {
    return RefusedWith(result.error);
  }
  return {0, result.value.id, result.value.filled_lots, result.value.open_lots, 0};
}

BookAnswer AnswerOf(const Result<OrderView>& result, OrderId id) noexcept {
  if (!result) {
    return RefusedWith(result.error);
  }
  return {0, id, result.value.price_ticks, result.value.open_lots, static_cast<std::int64_t>(result.value.side)};
}

BookAnswer AnswerOf(const Result<LevelView>& result) noexcept {
  if (!result) {
    return RefusedWith(result.error);
  }
  return {0, 0, result.value.price_ticks, result.value.lots, result.value.orders};
}

BookAnswer RunExecute(OrderBook& book, const BookCommand& command) noexcept {
  const Result<std::int64_t> left = book.Execute(command.id, command.lots);
  if (!left) {
    return RefusedWith(left.error);
  }
  return {0, left.value == 0 ? 0 : command.id, command.lots, left.value, 0};
}

BookAnswer RunOne(OrderBook& book, const BookCommand& command) noexcept {
  const auto side = Narrow<Side>(command.side);
  switch (Narrow<BookOperation>(command.operation)) {
    case BookOperation::kAddLimit:
      return AnswerOf(
          book.AddLimit({side, Narrow<TimeInForce>(command.time_in_force), command.price_ticks, command.lots}));
    case BookOperation::kAddMarket:
      return AnswerOf(book.AddMarket(side, command.lots));
    case BookOperation::kCancel:
      return RefusedWith(book.Cancel(command.id));
    case BookOperation::kReplace:
      return AnswerOf(book.Replace(command.id, command.price_ticks, command.lots));
    case BookOperation::kExecute:
      return RunExecute(book, command);
    case BookOperation::kFind:
      return AnswerOf(book.Find(command.id), command.id);
    case BookOperation::kBest:
      return AnswerOf(book.Best(side));
  }
  return RefusedWith(Error::kBadArgument);
}

bool Trades(std::int64_t operation) noexcept {
  return operation == static_cast<std::int64_t>(BookOperation::kAddLimit) ||
         operation == static_cast<std::int64_t>(BookOperation::kAddMarket) ||
         operation == static_cast<std::int64_t>(BookOperation::kReplace);
}

}  // namespace

BookProgress RunCommands(OrderBook& book, std::span<const BookCommand> commands, std::span<BookAnswer> answers,
                         std::span<Fill> fills) noexcept {
  BookProgress progress;
  if (answers.size() != commands.size() || fills.size() < book.capacity()) {
    return progress;
  }
  for (const BookCommand& command : commands) {
    // A command can fill every resting order, so that much room must be left before it starts.
    const bool trades = Trades(command.operation);
    if (trades && fills.size() - progress.fills < book.size()) {
      break;
    }
    BookAnswer answer = RunOne(book, command);
    if (trades && answer.error == 0) {
      std::copy(book.fills().begin(), book.fills().end(), fills.begin() + static_cast<std::ptrdiff_t>(progress.fills));
      progress.fills += book.fills().size();
      answer.detail = static_cast<std::int64_t>(book.fills().size());
    }
    answers[progress.commands++] = answer;
  }
  return progress;
}

}  // namespace trigate
