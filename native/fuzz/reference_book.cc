#include "reference_book.h"

#include <algorithm>
#include <iterator>

namespace trigate {
namespace {

Side Opposite(Side side) {
  return side == Side::kBuy ? Side::kSell : Side::kBuy;
}

bool Acceptable(Side taker, std::int64_t price, std::int64_t limit) {
  return taker == Side::kBuy ? price <= limit : price >= limit;
}

bool AreLots(std::int64_t lots) {
  return lots >= 1 && lots <= kMaxLots;
}

}  // namespace

ReferenceBook::Outcome ReferenceBook::AddLimit(std::uint64_t name, const LimitOrder& order) {
  Outcome outcome;
  const auto refuse = [&outcome](Error error) {
    outcome.error = error;
    return outcome;
  };
  if (!AreLots(order.lots)) {
    return refuse(Error::kBadArgument);
  }
  if (!InLadder(order.price_ticks)) {
    return refuse(Error::kOutOfRange);
  }
  const std::int64_t available = Available(order.side, order.price_ticks);
  if (order.time_in_force == TimeInForce::kFillOrKill && available < order.lots) {
    return refuse(Error::kUnfillable);
  }
  if (order.time_in_force == TimeInForce::kPostOnly && available > 0) {
    return refuse(Error::kWouldCross);
  }
  const bool may_rest =
      order.time_in_force == TimeInForce::kGoodTillCancel || order.time_in_force == TimeInForce::kPostOnly;
  if (may_rest && size() == config_.max_orders) {
    return refuse(Error::kFull);
  }
  const std::int64_t open = Match(order.side, order.price_ticks, order.lots, &outcome.trades);
  outcome.filled_lots = order.lots - open;
  if (open > 0 && may_rest) {
    LadderOf(order.side)[order.price_ticks].push_back({name, open});
    where_[name] = {order.side, order.price_ticks};
    outcome.open_lots = open;
  }
  return outcome;
}

ReferenceBook::Outcome ReferenceBook::AddMarket(Side side, std::int64_t lots) {
  Outcome outcome;
  if (!AreLots(lots)) {
    outcome.error = Error::kBadArgument;
    return outcome;
  }
  outcome.filled_lots = lots - Match(side, std::nullopt, lots, &outcome.trades);
  return outcome;
}

Error ReferenceBook::Cancel(std::uint64_t name) {
  if (Locate(name) == nullptr) {
    return Error::kUnknownOrder;
  }
  Remove(name);
  return Error::kNone;
}

ReferenceBook::Outcome ReferenceBook::Replace(std::uint64_t name, std::int64_t price_ticks, std::int64_t lots) {
  Outcome outcome;
  Resting* resting = Locate(name);
  if (resting == nullptr) {
    outcome.error = Error::kUnknownOrder;
  } else if (!AreLots(lots)) {
    outcome.error = Error::kBadArgument;
  } else if (!InLadder(price_ticks)) {
    outcome.error = Error::kOutOfRange;
  } else if (const Place place = where_[name]; place.price_ticks == price_ticks && lots <= resting->open_lots) {
    resting->open_lots = lots;
    outcome.open_lots = lots;
  } else {
    Remove(name);
    outcome = AddLimit(name, {place.side, TimeInForce::kGoodTillCancel, price_ticks, lots});
  }
  return outcome;
}

Error ReferenceBook::Execute(std::uint64_t name, std::int64_t lots) {
  Resting* resting = Locate(name);
  if (resting == nullptr) {
    return Error::kUnknownOrder;
  }
  if (lots < 1 || lots > resting->open_lots) {
    return Error::kBadArgument;
  }
  resting->open_lots -= lots;
  if (resting->open_lots == 0) {
    Remove(name);
  }
  return Error::kNone;
}

std::optional<OrderView> ReferenceBook::Find(std::uint64_t name) const {
  const auto place = where_.find(name);
  if (place == where_.end()) {
    return std::nullopt;
  }
  const auto& queue = LadderOf(place->second.side).at(place->second.price_ticks);
  const auto order = std::find_if(queue.begin(), queue.end(), [name](const Resting& r) { return r.name == name; });
  return OrderView{place->second.price_ticks, order->open_lots, place->second.side};
}

std::optional<LevelView> ReferenceBook::Best(Side side) const {
  const Ladder& ladder = LadderOf(side);
  if (ladder.empty()) {
    return std::nullopt;
  }
  const auto best = side == Side::kBuy ? std::prev(ladder.end()) : ladder.begin();
  LevelView view{best->first, 0, static_cast<std::uint32_t>(best->second.size())};
  for (const Resting& resting : best->second) {
    view.lots += resting.open_lots;
  }
  return view;
}

bool ReferenceBook::InLadder(std::int64_t price_ticks) const {
  return price_ticks >= config_.min_price_ticks &&
         price_ticks <= config_.min_price_ticks + static_cast<std::int64_t>(config_.levels) - 1;
}

std::int64_t ReferenceBook::Available(Side taker, std::int64_t limit) const {
  std::int64_t total = 0;
  for (const auto& [price, queue] : LadderOf(Opposite(taker))) {
    if (Acceptable(taker, price, limit)) {
      for (const Resting& resting : queue) {
        total += resting.open_lots;
      }
    }
  }
  return total;
}

std::int64_t ReferenceBook::Match(Side taker, std::optional<std::int64_t> limit, std::int64_t lots,
                                  std::vector<Trade>* trades) {
  Ladder& makers = LadderOf(Opposite(taker));
  while (lots > 0 && !makers.empty()) {
    const auto best = taker == Side::kBuy ? makers.begin() : std::prev(makers.end());
    if (limit && !Acceptable(taker, best->first, *limit)) {
      break;
    }
    Resting& maker = best->second.front();
    const std::int64_t traded = std::min(lots, maker.open_lots);
    maker.open_lots -= traded;
    lots -= traded;
    trades->push_back({maker.name, best->first, traded, maker.open_lots});
    if (maker.open_lots == 0) {
      Remove(maker.name);
    }
  }
  return lots;
}

ReferenceBook::Resting* ReferenceBook::Locate(std::uint64_t name) {
  const auto place = where_.find(name);
  if (place == where_.end()) {
    return nullptr;
  }
  auto& queue = LadderOf(place->second.side)[place->second.price_ticks];
  return &*std::find_if(queue.begin(), queue.end(), [name](const Resting& r) { return r.name == name; });
}

void ReferenceBook::Remove(std::uint64_t name) {
  const Place place = where_.at(name);
  Ladder& ladder = LadderOf(place.side);
  auto& queue = ladder[place.price_ticks];
  queue.remove_if([name](const Resting& r) { return r.name == name; });
  if (queue.empty()) {
    ladder.erase(place.price_ticks);
  }
  where_.erase(name);
}

}  // namespace trigate
