#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <unordered_map>
#include <vector>

#include "bursts.h"
#include "trigate/order_book.h"

namespace trigate {
namespace {

constexpr std::int64_t kLowest = 10'000;
constexpr std::uint32_t kLevels = 4'096;

template <typename T>
T Must(const Result<T>& result) {
  if (!result) {
    std::abort();  // A benchmark of refusals would measure nothing.
  }
  return result.value;
}

/// A book of bids with `live` orders at random prices, aged by cancelling random ones and adding new ones `live` times
/// over, so that slots and generations are as mixed as in use. The obvious structure, a hash map from id to order,
/// lives through the same history: built in one go its nodes would lie in memory in the order of its chain, which no
/// used map's do.
struct AgedBook {
  explicit AgedBook(std::uint32_t live) : book({kLowest, kLevels, live}) {
    ids.reserve(live);
    for (std::uint32_t i = 0; i < live; ++i) {
      ids.push_back(Add());
      map.emplace(ids.back(), Must(book.Find(ids.back())));
    }
    for (std::uint32_t i = 0; i < live; ++i) {
      OrderId& id = ids[random() % live];
      if (book.Cancel(id) != Error::kNone) {
        std::abort();
      }
      map.erase(id);
      id = Add();
      map.emplace(id, Must(book.Find(id)));
    }
  }

  OrderId Add() {
    const auto price = kLowest + static_cast<std::int64_t>(random() % kLevels);
    const auto lots = 1 + static_cast<std::int64_t>(random() % 100);
    return Must(book.AddLimit({Side::kBuy, TimeInForce::kGoodTillCancel, price, lots})).id;
  }

  std::mt19937_64 random{11};
  OrderBook book;
  std::unordered_map<OrderId, OrderView> map;
  std::vector<OrderId> ids;
};

// Long enough that each structure finds its own data in the caches again after the other's turn.
constexpr std::size_t kBatch = 32'768;

/// The batch time that a tenth of the batches stay below: what the code does when the machine lets it, without trusting
/// one lucky batch.
double LowOf(std::vector<double> values) {
  const auto tenth = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 10);
  std::nth_element(values.begin(), tenth, values.end());
  return *tenth;
}

/// Look-up by id against the obvious structure, batch about batch in the same loop, so that both meet the same machine.
void OrderLookup(benchmark::State& state) {
  AgedBook aged(static_cast<std::uint32_t>(state.range(0)));
  std::vector<OrderId> wanted(32 * kBatch);
  for (OrderId& id : wanted) {
    id = aged.ids[aged.random() % aged.ids.size()];
  }
  std::vector<double> slab_ns;
  std::vector<double> map_ns;
  std::size_t offset = 0;
  for (auto _ : state) {
    std::int64_t slab_sum = 0;
    std::int64_t map_sum = 0;
    const std::int64_t start = NowNs();
    for (std::size_t i = 0; i < kBatch; ++i) {
      slab_sum += aged.book.Find(wanted[offset + i]).value.open_lots;
    }
    const std::int64_t middle = NowNs();
    for (std::size_t i = 0; i < kBatch; ++i) {
      map_sum += aged.map.find(wanted[offset + i])->second.open_lots;
    }
    const std::int64_t end = NowNs();
    if (slab_sum != map_sum) {
      state.SkipWithError("the two structures disagree");
      break;
    }
    offset = (offset + kBatch) % wanted.size();
    slab_ns.push_back(static_cast<double>(middle - start) / kBatch);
    map_ns.push_back(static_cast<double>(end - middle) / kBatch);
    state.SetIterationTime(slab_ns.back() * 1e-9);
  }
  if (slab_ns.empty()) {
    return;
  }
  const double slab = LowOf(slab_ns);
  const double hash = LowOf(map_ns);
  state.counters["slab_ns"] = slab;
  state.counters["map_ns"] = hash;
  state.counters["speedup"] = hash / slab;
  state.counters["ops_per_second"] = 1e9 / slab;
}
BENCHMARK(OrderLookup)
    ->Name("order_lookup")
    ->Arg(1'000)
    ->Arg(100'000)
    ->Arg(1'000'000)
    ->Iterations(200)
    ->UseManualTime();

void OrderAdd(benchmark::State& state) {
  AgedBook aged(100'000);
  std::size_t next = 0;
  MeasureBursts(
      state,
      [&] {
        if (aged.book.Cancel(aged.ids[next]) != Error::kNone) {
          std::abort();
        }
      },
      [&] {
        aged.ids[next] = Must(aged.book.AddLimit({Side::kBuy, TimeInForce::kGoodTillCancel,
                                                  kLowest + static_cast<std::int64_t>(next * 7 % kLevels), 5}))
                             .id;
        next = (next + 1) % aged.ids.size();
      });
}
BENCHMARK(OrderAdd)->Name("order_add")->Iterations(kBursts)->UseManualTime();

void OrderCancel(benchmark::State& state) {
  AgedBook aged(100'000);
  OrderId victim = 0;
  MeasureBursts(
      state,
      [&] {
        // Refill the slot that the last cancel left, and cancel another one.
        OrderId& place = aged.ids[aged.random() % aged.ids.size()];
        if (victim != 0) {
          const OrderId fresh = aged.Add();
          victim = place;
          place = fresh;
        } else {
          victim = place;
          place = aged.ids.back();
          aged.ids.pop_back();
        }
      },
      [&] {
        if (aged.book.Cancel(victim) != Error::kNone) {
          std::abort();
        }
      });
}
BENCHMARK(OrderCancel)->Name("order_cancel")->Iterations(kBursts)->UseManualTime();

void OrderMatch(benchmark::State& state) {
  AgedBook aged(100'000);
  std::uint32_t filled = 0;
  MeasureBursts(
      state,
      [&] {
        for (; filled > 0; --filled) {
          benchmark::DoNotOptimize(aged.Add());
        }
      },
      [&] {
        if (Must(aged.book.AddMarket(Side::kSell, 120)).filled_lots != 120) {
          std::abort();
        }
        for (const Fill& fill : aged.book.fills()) {
          filled += fill.maker_open_lots == 0 ? 1 : 0;
        }
      });
}
BENCHMARK(OrderMatch)->Name("order_match")->Iterations(kBursts)->UseManualTime();

}  // namespace
}  // namespace trigate
