#ifndef TRIGATE_FUZZ_REFERENCE_BOOK_H_
#define TRIGATE_FUZZ_REFERENCE_BOOK_H_

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <vector>

#include "trigate/order_book.h"

namespace trigate {

/// The order book as one would write it first, with maps and lists: slow, obvious, and written without looking at the
/// real one's structure. Orders are named by the caller's own numbers.
class ReferenceBook {
 public:
  explicit ReferenceBook(const BookConfig& config) : config_(config) {}

  struct Trade {
    std::uint64_t maker;
    std::int64_t price_ticks;
    std::int64_t lots;
    std::int64_t maker_open_lots;
    bool operator==(const Trade&) const = default;
  };

  struct Outcome {
    Error error = Error::kNone;
    std::int64_t filled_lots = 0;
    std::int64_t open_lots = 0;
    std::vector<Trade> trades;
  };

  Outcome AddLimit(std::uint64_t name, const LimitOrder& order);
  Outcome AddMarket(Side side, std::int64_t lots);
  Error Cancel(std::uint64_t name);
  Outcome Replace(std::uint64_t name, std::int64_t price_ticks, std::int64_t lots);
  Error Execute(std::uint64_t name, std::int64_t lots);

  [[nodiscard]] std::optional<OrderView> Find(std::uint64_t name) const;
  [[nodiscard]] std::optional<LevelView> Best(Side side) const;
  [[nodiscard]] std::size_t size() const { return where_.size(); }

 private:
  struct Resting {
    std::uint64_t name;
    std::int64_t open_lots;
  };
  using Ladder = std::map<std::int64_t, std::list<Resting>>;
  struct Place {
    Side side;
    std::int64_t price_ticks;
  };

  [[nodiscard]] bool InLadder(std::int64_t price_ticks) const;
  [[nodiscard]] std::int64_t Available(Side taker, std::int64_t limit) const;
  std::int64_t Match(Side taker, std::optional<std::int64_t> limit, std::int64_t lots, std::vector<Trade>* trades);
  Resting* Locate(std::uint64_t name);
  void Remove(std::uint64_t name);
  Ladder& LadderOf(Side side) { return side == Side::kBuy ? bids_ : asks_; }
  [[nodiscard]] const Ladder& LadderOf(Side side) const { return side == Side::kBuy ? bids_ : asks_; }

  BookConfig config_;
  Ladder bids_;
  Ladder asks_;
  std::map<std::uint64_t, Place> where_;
};

}  // namespace trigate

#endif  // TRIGATE_FUZZ_REFERENCE_BOOK_H_
