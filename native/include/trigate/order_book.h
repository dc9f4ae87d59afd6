#ifndef TRIGATE_ORDER_BOOK_H_
#define TRIGATE_ORDER_BOOK_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "trigate/fixed_array.h"
#include "trigate/level_set.h"
#include "trigate/result.h"

namespace trigate {

/// Which way an order trades.
enum class Side : std::uint8_t { kBuy = 0, kSell = 1 };

/// What happens to the part of a limit order that does not trade at once.
enum class TimeInForce : std::uint8_t {
  kGoodTillCancel = 0,     ///< It rests in the book.
  kImmediateOrCancel = 1,  ///< It is dropped.
  kFillOrKill = 2,         ///< All lots trade at once, or nothing happens: kUnfillable.
  kPostOnly = 3,           ///< Nothing may trade at once: kWouldCross; everything rests.
};

/// Names an order for the life of a book: slot number in the low 32 bits, the slot's generation in the high 32.
/// An id is never given twice; 0 is never given.
using OrderId = std::uint64_t;

/// The largest number of lots in one order. With kMaxOrders it keeps every sum of lots below 2^62.
inline constexpr std::int64_t kMaxLots = 1'099'511'627'776;  // 2^40
/// The largest capacity of a book, in orders.
inline constexpr std::uint32_t kMaxOrders = std::uint32_t{1} << 22U;
/// The largest distance of a price from 0, in ticks.
inline constexpr std::int64_t kMaxPriceTicks = 4'503'599'627'370'496;  // 2^52

/// The fixed size of a book.
struct BookConfig {
  std::int64_t min_price_ticks = 0;  ///< The lowest price of the ladder, within ±kMaxPriceTicks.
  std::uint32_t levels = 0;          ///< Prices are min .. min + levels - 1 ticks; 1 to LevelSet::kMaxSize.
  std::uint32_t max_orders = 0;      ///< Orders that may rest at the same time; 1 to kMaxOrders.
};

/// A limit order to be matched and, as `time_in_force` says, to rest.
struct LimitOrder {
  Side side = Side::kBuy;
  TimeInForce time_in_force = TimeInForce::kGoodTillCancel;
  std::int64_t price_ticks = 0;  ///< The worst price accepted; outside the ladder gives kOutOfRange.
  std::int64_t lots = 0;         ///< 1 to kMaxLots.
};

/// What became of an order that was just submitted. The fills themselves are in OrderBook::fills().
struct Submitted {
  OrderId id = 0;                ///< The resting order; 0 when nothing rests.
  std::int64_t filled_lots = 0;  ///< Traded at once.
  std::int64_t open_lots = 0;    ///< Resting now; what is neither filled nor open was dropped.
};

/// One trade between the order just submitted and one that rested.
struct Fill {
  OrderId maker = 0;                 ///< The order that rested. Its id is dead when maker_open_lots is 0.
  std::int64_t price_ticks = 0;      ///< Always the maker's price.
  std::int64_t lots = 0;             ///< Traded, at least 1.
  std::int64_t maker_open_lots = 0;  ///< What the maker has left.
};

/// A resting order as Find shows it.
struct OrderView {
  std::int64_t price_ticks = 0;
  std::int64_t open_lots = 0;
  Side side = Side::kBuy;
};

/// The total of one price.
struct LevelView {
  std::int64_t price_ticks = 0;
  std::int64_t lots = 0;     ///< Sum of the open lots.
  std::uint32_t orders = 0;  ///< How many orders.
};

/// A limit-order book of one instrument: integer ticks and lots, price-time priority, matching at the maker's price.
///
/// All memory is taken at construction. Look-up by id, cancel, reduce and best price are O(1); adding and each fill are
/// O(1) too, since finding the next occupied price reads at most four words. Not thread-safe: one thread owns a book.
class OrderBook {
 public:
  /// Builds an empty book. When an argument is out of range or memory ran out, status() says so and every other call
  /// gives the same error.
  explicit OrderBook(const BookConfig& config) noexcept;

  /// kNone, kBadArgument or kOutOfMemory: what construction came to.
  [[nodiscard]] Error status() const noexcept { return status_; }

  /// Matches a limit order and lets the rest of it rest. Errors, all before anything changes: kBadArgument,
  /// kOutOfRange, kFull (no free slot and the order may rest), kWouldCross, kUnfillable.
  [[nodiscard]] Result<Submitted> AddLimit(const LimitOrder& order) noexcept;

  /// Trades up to `lots` (1 to kMaxLots) at the best prices there are; what finds no partner is dropped.
  [[nodiscard]] Result<Submitted> AddMarket(Side side, std::int64_t lots) noexcept;

  /// Removes a resting order. Error: kUnknownOrder.
  [[nodiscard]] Error Cancel(OrderId id) noexcept;

  /// Gives a resting order a new price and size under the same id. Fewer lots at the same price keep its place in the
  /// queue; anything else is matched like a new order and joins the back. Errors, before anything changes:
  /// kUnknownOrder, kBadArgument, kOutOfRange.
  [[nodiscard]] Result<Submitted> Replace(OrderId id, std::int64_t price_ticks, std::int64_t lots) noexcept;

  /// Takes `lots` off a resting order because its venue reported a trade: no matching, place in the queue kept.
  /// Gives the lots left; at 0 the id is dead. Errors: kUnknownOrder, kBadArgument (below 1 or above what is open).
  [[nodiscard]] Result<std::int64_t> Execute(OrderId id, std::int64_t lots) noexcept;

  /// Looks a resting order up. Error: kUnknownOrder.
  [[nodiscard]] Result<OrderView> Find(OrderId id) const noexcept {
    const auto index = static_cast<std::uint32_t>(id);
    if (index >= orders_.size() || orders_[index].generation != static_cast<std::uint32_t>(id >> 32U) ||
        orders_[index].open_lots == 0) {
      return Refuse<OrderView>(Error::kUnknownOrder);
    }
    const Order& order = orders_[index];
    return {{PriceOf(LevelOf(order)), order.open_lots, SideOf(order)}, Error::kNone};
  }

  /// The trades of the last AddLimit, AddMarket or Replace, in the order in which they happened. Owned by the book and
  /// valid until its next call.
  [[nodiscard]] std::span<const Fill> fills() const noexcept { return {fills_.data(), fill_count_}; }

  /// The best price of a side with its total. Error: kUnknownOrder when the side is empty.
  [[nodiscard]] Result<LevelView> Best(Side side) const noexcept;

  /// The total of a price; zero lots when nobody rests there. Error: kOutOfRange.
  [[nodiscard]] Result<LevelView> Level(std::int64_t price_ticks) const noexcept;

  /// How many orders rest.
  [[nodiscard]] std::uint32_t size() const noexcept { return live_; }

  /// How many orders may rest at the same time. A slot is retired after 2^32 - 2 uses, so this can shrink by one in
  /// each many years.
  [[nodiscard]] std::uint32_t capacity() const noexcept { return static_cast<std::uint32_t>(orders_.size()); }

 private:
  static constexpr std::uint32_t kNoOrder = 0xFFFF'FFFFU;

  // What a look-up reads, four to a cache line; the place in the queue lies apart in links_.
  struct Order {
    std::int64_t open_lots;  // 0 exactly when the slot is free.
    std::uint32_t generation;
    std::uint32_t level_and_side;  // Twice the level, plus 1 for a sell.
  };
  static_assert(LevelSet::kMaxSize <= std::uint32_t{1} << 31U);

  struct Link {
    std::uint32_t previous;
    std::uint32_t next;  // In a free slot: the next free one.
  };

  struct Queue {
    std::int64_t lots;
    std::uint32_t first;  // Meaningless while orders is 0, so that zeroed memory is an empty ladder.
    std::uint32_t last;
    std::uint32_t orders;
  };

  [[nodiscard]] bool InLadder(std::int64_t price_ticks) const noexcept {
    return price_ticks >= min_price_ticks_ &&
           price_ticks - min_price_ticks_ < static_cast<std::int64_t>(queues_.size());
  }
  [[nodiscard]] std::uint32_t LevelAt(std::int64_t price_ticks) const noexcept {
    return static_cast<std::uint32_t>(price_ticks - min_price_ticks_);
  }
  [[nodiscard]] std::int64_t PriceOf(std::uint32_t level) const noexcept { return min_price_ticks_ + level; }
  [[nodiscard]] static std::uint32_t LevelOf(const Order& order) noexcept { return order.level_and_side >> 1U; }
  [[nodiscard]] static Side SideOf(const Order& order) noexcept { return static_cast<Side>(order.level_and_side & 1U); }
  [[nodiscard]] std::uint32_t IndexOf(OrderId id) const noexcept;
  [[nodiscard]] OrderId IdOf(std::uint32_t index) const noexcept;
  [[nodiscard]] Error Check(const LimitOrder& order) const noexcept;
  [[nodiscard]] bool Crosses(Side side, std::uint32_t limit_level) const noexcept;
  [[nodiscard]] bool CanFill(Side side, std::uint32_t limit_level, std::int64_t lots) const noexcept;
  [[nodiscard]] std::uint32_t BestLevel(Side side) const noexcept { return best_[static_cast<std::size_t>(side)]; }
  [[nodiscard]] std::int64_t Match(Side side, std::uint32_t limit_level, std::int64_t lots) noexcept;
  void Rest(std::uint32_t index, Side side, std::uint32_t level, std::int64_t lots) noexcept;
  void Unlink(std::uint32_t index) noexcept;
  void Free(std::uint32_t index) noexcept;

  Error status_ = Error::kNone;
  std::int64_t min_price_ticks_ = 0;
  std::uint32_t live_ = 0;
  std::uint32_t first_free_ = kNoOrder;
  std::size_t fill_count_ = 0;
  std::uint32_t best_[2] = {LevelSet::kNothing, LevelSet::kNothing};
  LevelSet occupied_[2];
  FixedArray<Order> orders_;
  FixedArray<Link> links_;
  FixedArray<Queue> queues_;  // Shared by both sides: an uncrossed book never has both at one price.
  FixedArray<Fill> fills_;    // One submission consumes at most every resting order, so this never overflows.
};

}  // namespace trigate

#endif  // TRIGATE_ORDER_BOOK_H_
