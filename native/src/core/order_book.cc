#include "trigate/order_book.h"

#include <algorithm>

namespace trigate {
namespace {

// A slot's generation starts at 1 and grows with each reuse; at this one the slot is retired, so that no id comes back.
constexpr std::uint32_t kLastGeneration = 0xFFFF'FFFFU;

constexpr std::size_t At(Side side) noexcept {
  return static_cast<std::size_t>(side);
}

constexpr Side Opposite(Side side) noexcept {
  return side == Side::kBuy ? Side::kSell : Side::kBuy;
}

constexpr bool IsSide(Side side) noexcept {
  return side == Side::kBuy || side == Side::kSell;
}

constexpr bool AreLots(std::int64_t lots) noexcept {
  return lots >= 1 && lots <= kMaxLots;
}

constexpr bool IsBetter(Side side, std::uint32_t level, std::uint32_t than) noexcept {
  return side == Side::kBuy ? level > than : level < than;
}

}  // namespace

OrderBook::OrderBook(const BookConfig& config) noexcept : min_price_ticks_(config.min_price_ticks) {
  const bool sound = config.levels >= 1 && config.levels <= LevelSet::kMaxSize && config.max_orders >= 1 &&
                     config.max_orders <= kMaxOrders && config.min_price_ticks >= -kMaxPriceTicks &&
                     config.min_price_ticks <= kMaxPriceTicks - config.levels;
  if (!sound) {
    status_ = Error::kBadArgument;
    return;
  }
  occupied_[0] = LevelSet(config.levels);
  occupied_[1] = LevelSet(config.levels);
  orders_ = FixedArray<Order>(config.max_orders);
  links_ = FixedArray<Link>(config.max_orders);
  queues_ = FixedArray<Queue>(config.levels);
  fills_ = FixedArray<Fill>(config.max_orders);
  if (!occupied_[0].ok() || !occupied_[1].ok() || orders_.size() == 0 || links_.size() == 0 || queues_.size() == 0 ||
      fills_.size() == 0) {
    orders_ = FixedArray<Order>();
    status_ = Error::kOutOfMemory;
    return;
  }
  for (std::uint32_t index = 0; index < config.max_orders; ++index) {
    orders_[index].generation = 1;
    links_[index].next = index + 1 < config.max_orders ? index + 1 : kNoOrder;
  }
  first_free_ = 0;
}

Result<Submitted> OrderBook::AddLimit(const LimitOrder& order) noexcept {
  fill_count_ = 0;
  if (const Error error = Check(order); error != Error::kNone) {
    return Refuse<Submitted>(error);
  }
  const std::uint32_t limit_level = LevelAt(order.price_ticks);
  const std::int64_t open = Match(order.side, limit_level, order.lots);
  Submitted done{0, order.lots - open, 0};
  if (open > 0 && order.time_in_force != TimeInForce::kImmediateOrCancel) {
    const std::uint32_t index = first_free_;
    first_free_ = links_[index].next;
    ++live_;
    Rest(index, order.side, limit_level, open);
    done.id = IdOf(index);
    done.open_lots = open;
  }
  return {done, Error::kNone};
}

Result<Submitted> OrderBook::AddMarket(Side side, std::int64_t lots) noexcept {
  fill_count_ = 0;
  if (status_ != Error::kNone) {
    return Refuse<Submitted>(status_);
  }
  if (!IsSide(side) || !AreLots(lots)) {
    return Refuse<Submitted>(Error::kBadArgument);
  }
  const std::uint32_t worst = side == Side::kBuy ? static_cast<std::uint32_t>(queues_.size() - 1) : 0;
  return {Submitted{0, lots - Match(side, worst, lots), 0}, Error::kNone};
}

Error OrderBook::Cancel(OrderId id) noexcept {
  const std::uint32_t index = IndexOf(id);
  if (index == kNoOrder) {
    return status_ == Error::kNone ? Error::kUnknownOrder : status_;
  }
  Unlink(index);
  Free(index);
  return Error::kNone;
}

Result<Submitted> OrderBook::Replace(OrderId id, std::int64_t price_ticks, std::int64_t lots) noexcept {
  fill_count_ = 0;
  const std::uint32_t index = IndexOf(id);
  if (index == kNoOrder) {
    return Refuse<Submitted>(status_ == Error::kNone ? Error::kUnknownOrder : status_);
  }
  if (!AreLots(lots)) {
    return Refuse<Submitted>(Error::kBadArgument);
  }
  if (!InLadder(price_ticks)) {
    return Refuse<Submitted>(Error::kOutOfRange);
  }
  Order& order = orders_[index];
  const std::uint32_t level = LevelAt(price_ticks);
  if (level == LevelOf(order) && lots <= order.open_lots) {
    queues_[level].lots -= order.open_lots - lots;
    order.open_lots = lots;
    return {Submitted{id, 0, lots}, Error::kNone};
  }
  const Side side = SideOf(order);
  Unlink(index);
  const std::int64_t open = Match(side, level, lots);
  if (open == 0) {
    Free(index);
    return {Submitted{0, lots, 0}, Error::kNone};
  }
  Rest(index, side, level, open);
  return {Submitted{id, lots - open, open}, Error::kNone};
}

Result<std::int64_t> OrderBook::Execute(OrderId id, std::int64_t lots) noexcept {
  const std::uint32_t index = IndexOf(id);
  if (index == kNoOrder) {
    return Refuse<std::int64_t>(status_ == Error::kNone ? Error::kUnknownOrder : status_);
  }
  Order& order = orders_[index];
  if (lots < 1 || lots > order.open_lots) {
    return Refuse<std::int64_t>(Error::kBadArgument);
  }
  const std::int64_t left = order.open_lots - lots;
  if (left == 0) {
    Unlink(index);
    Free(index);
  } else {
    queues_[LevelOf(order)].lots -= lots;
    order.open_lots = left;
  }
  return {left, Error::kNone};
}

Result<LevelView> OrderBook::Best(Side side) const noexcept {
  if (status_ != Error::kNone || !IsSide(side)) {
    return Refuse<LevelView>(status_ != Error::kNone ? status_ : Error::kBadArgument);
  }
  const std::uint32_t level = BestLevel(side);
  if (level == LevelSet::kNothing) {
    return Refuse<LevelView>(Error::kUnknownOrder);
  }
  return {{PriceOf(level), queues_[level].lots, queues_[level].orders}, Error::kNone};
}

Result<LevelView> OrderBook::Level(std::int64_t price_ticks) const noexcept {
  if (status_ != Error::kNone || !InLadder(price_ticks)) {
    return Refuse<LevelView>(status_ != Error::kNone ? status_ : Error::kOutOfRange);
  }
  const Queue& queue = queues_[LevelAt(price_ticks)];
  return {{price_ticks, queue.lots, queue.orders}, Error::kNone};
}

std::uint32_t OrderBook::IndexOf(OrderId id) const noexcept {
  const auto index = static_cast<std::uint32_t>(id);
  const auto generation = static_cast<std::uint32_t>(id >> 32U);
  const bool live = index < orders_.size() && orders_[index].generation == generation && orders_[index].open_lots != 0;
  return live ? index : kNoOrder;
}

OrderId OrderBook::IdOf(std::uint32_t index) const noexcept {
  return (static_cast<OrderId>(orders_[index].generation) << 32U) | index;
}

Error OrderBook::Check(const LimitOrder& order) const noexcept {
  if (status_ != Error::kNone) {
    return status_;
  }
  if (!IsSide(order.side) || order.time_in_force > TimeInForce::kPostOnly || !AreLots(order.lots)) {
    return Error::kBadArgument;
  }
  if (!InLadder(order.price_ticks)) {
    return Error::kOutOfRange;
  }
  const std::uint32_t limit_level = LevelAt(order.price_ticks);
  switch (order.time_in_force) {
    case TimeInForce::kFillOrKill:
      return CanFill(order.side, limit_level, order.lots) ? Error::kNone : Error::kUnfillable;
    case TimeInForce::kImmediateOrCancel:
      return Error::kNone;
    case TimeInForce::kPostOnly:
      if (Crosses(order.side, limit_level)) {
        return Error::kWouldCross;
      }
      break;
    case TimeInForce::kGoodTillCancel:
      break;
  }
  return first_free_ == kNoOrder ? Error::kFull : Error::kNone;
}

bool OrderBook::Crosses(Side side, std::uint32_t limit_level) const noexcept {
  const std::uint32_t best = BestLevel(Opposite(side));
  return best != LevelSet::kNothing && !IsBetter(side, best, limit_level);
}

bool OrderBook::CanFill(Side side, std::uint32_t limit_level, std::int64_t lots) const noexcept {
  const LevelSet& makers = occupied_[At(Opposite(side))];
  std::uint32_t level = BestLevel(Opposite(side));
  while (level != LevelSet::kNothing && !IsBetter(side, level, limit_level)) {
    lots -= queues_[level].lots;
    if (lots <= 0) {
      return true;
    }
    level = side == Side::kBuy ? makers.Above(level) : makers.Below(level);
  }
  return false;
}

std::int64_t OrderBook::Match(Side side, std::uint32_t limit_level, std::int64_t lots) noexcept {
  while (lots > 0 && Crosses(side, limit_level)) {
    const std::uint32_t level = BestLevel(Opposite(side));
    const std::uint32_t index = queues_[level].first;
    Order& maker = orders_[index];
    const std::int64_t traded = std::min(lots, maker.open_lots);
    const std::int64_t left = maker.open_lots - traded;
    fills_[fill_count_++] = Fill{IdOf(index), PriceOf(level), traded, left};
    lots -= traded;
    if (left == 0) {
      Unlink(index);
      Free(index);
    } else {
      maker.open_lots = left;
      queues_[level].lots -= traded;
    }
  }
  return lots;
}

void OrderBook::Rest(std::uint32_t index, Side side, std::uint32_t level, std::int64_t lots) noexcept {
  Queue& queue = queues_[level];
  Order& order = orders_[index];
  order.open_lots = lots;
  order.level_and_side = (level << 1U) | static_cast<std::uint32_t>(side);
  if (queue.orders == 0) {
    links_[index] = {kNoOrder, kNoOrder};
    queue.first = index;
    occupied_[At(side)].Insert(level);
    std::uint32_t& best = best_[At(side)];
    if (best == LevelSet::kNothing || IsBetter(side, level, best)) {
      best = level;
    }
  } else {
    links_[index] = {queue.last, kNoOrder};
    links_[queue.last].next = index;
  }
  queue.last = index;
  queue.lots += lots;
  ++queue.orders;
}

void OrderBook::Unlink(std::uint32_t index) noexcept {
  const Order& order = orders_[index];
  const Link link = links_[index];
  const std::uint32_t level = LevelOf(order);
  Queue& queue = queues_[level];
  queue.lots -= order.open_lots;
  --queue.orders;
  if (link.previous == kNoOrder) {
    queue.first = link.next;
  } else {
    links_[link.previous].next = link.next;
  }
  if (link.next == kNoOrder) {
    queue.last = link.previous;
  } else {
    links_[link.next].previous = link.previous;
  }
  if (queue.orders > 0) {
    return;
  }
  const Side side = SideOf(order);
  LevelSet& occupied = occupied_[At(side)];
  occupied.Erase(level);
  std::uint32_t& best = best_[At(side)];
  if (best == level) {
    best = side == Side::kBuy ? occupied.Below(level) : occupied.Above(level);
  }
}

void OrderBook::Free(std::uint32_t index) noexcept {
  Order& order = orders_[index];
  order.open_lots = 0;
  --live_;
  if (order.generation == kLastGeneration) {
    return;
  }
  ++order.generation;
  links_[index].next = first_free_;
  first_free_ = index;
}

}  // namespace trigate
