#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <thread>

#include "bursts.h"
#include "trigate/event_loop.h"
#include "trigate/indicators.h"
#include "trigate/order_book.h"

namespace trigate {
namespace {

/// What a market-data event sets off: an order of the book is replaced and a moving average takes the price.
struct Desk {
  OrderBook book{{0, 4'096, 1'024}};
  Ema average{20};
  OrderId working = 0;
  double last = 0;

  static void OnPrice(void* context, const Event& event) noexcept {
    auto* desk = static_cast<Desk*>(context);
    const std::int64_t price = event.payload[0];
    if (desk->working != 0 && desk->book.Cancel(desk->working) != Error::kNone) {
      std::abort();
    }
    const Result<Submitted> added = desk->book.AddLimit({Side::kBuy, TimeInForce::kGoodTillCancel, price, 10});
    std::array<double, 1> out{};
    if (!added || desk->average.Update({static_cast<double>(price)}, out) != Error::kNone) {
      std::abort();
    }
    desk->working = added.value.id;
    desk->last = out[0];
  }
};

/// One event from Publish to the end of its handler, on one thread.
void EventLatency(benchmark::State& state) {
  EventLoop loop(1'024, 1'024);
  Desk desk;
  if (loop.SetHandler(0, Desk::OnPrice, &desk) != Error::kNone) {
    std::abort();
  }
  Event event;
  MeasureBursts(
      state,
      [&] {
        ++event.local_time_ns;
        event.payload[0] = event.local_time_ns * 37 % 4'096;
      },
      [&] {
        if (loop.Publish(event) != Error::kNone || loop.RunUntil(event.local_time_ns).delivered != 1) {
          std::abort();
        }
      });
  benchmark::DoNotOptimize(desk.last);
}
BENCHMARK(EventLatency)->Name("event_latency")->Iterations(kBursts)->UseManualTime();

/// The consumer's side of a hop: how long each event was on its way.
struct Arrivals {
  LatencyHistogram histogram;

  static void OnEvent(void* context, const Event& event) noexcept {
    const std::int64_t took = NowNs() - event.payload[0];
    static_cast<Arrivals*>(context)->histogram.Record(static_cast<std::uint64_t>(took < 0 ? 0 : took));
  }
};

/// One event from a producer thread's Publish to the handler on the consumer's thread, one event a microsecond. Which
/// cores the two threads get decides most of it, so this is shown and not judged.
void EventHop(benchmark::State& state) {
  constexpr std::int64_t kPaceNs = 1'000;
  BurstReport report;
  std::uint64_t best_p50_ns = std::numeric_limits<std::uint64_t>::max();
  for (auto _ : state) {
    EventLoop loop(4'096, 4'096);
    Arrivals arrivals;
    if (loop.SetHandler(0, Arrivals::OnEvent, &arrivals) != Error::kNone) {
      std::abort();
    }
    std::thread producer([&loop] {
      std::int64_t due = NowNs();
      for (int i = 0; i < kBurst; ++i) {
        due += kPaceNs;
        Event event;
        while ((event.payload[0] = NowNs()) < due) {
        }
        event.local_time_ns = i;
        if (loop.Publish(event) != Error::kNone) {
          std::abort();
        }
      }
    });
    while (arrivals.histogram.count() < kBurst) {
      loop.RunUntil(std::numeric_limits<std::int64_t>::max());
    }
    producer.join();
    report.Add(arrivals.histogram);
    // A burst in which one thread had no core says nothing, but would be most of a mean.
    best_p50_ns = std::min(best_p50_ns, arrivals.histogram.Quantile(0.5));
    state.SetIterationTime(static_cast<double>(best_p50_ns) * 1e-9);
  }
  report.Publish(state);
}
BENCHMARK(EventHop)->Name("event_hop")->Iterations(100)->UseManualTime();

/// How many events pass through ring, queue and handler in batches.
void EventThroughput(benchmark::State& state) {
  constexpr std::int64_t kBatch = 256;
  EventLoop loop(1'024, 1'024);
  std::int64_t sum = 0;
  const auto add = [](void* context, const Event& event) noexcept {
    *static_cast<std::int64_t*>(context) += event.payload[0];
  };
  if (loop.SetHandler(0, add, &sum) != Error::kNone) {
    std::abort();
  }
  Event event;
  event.payload[0] = 1;
  for (auto _ : state) {
    for (std::int64_t i = 0; i < kBatch; ++i) {
      ++event.local_time_ns;
      if (loop.Publish(event) != Error::kNone) {
        std::abort();
      }
    }
    loop.RunUntil(event.local_time_ns);
  }
  if (sum != static_cast<std::int64_t>(state.iterations()) * kBatch) {
    state.SkipWithError("events were lost");
  }
  state.counters["ops_per_second"] = benchmark::Counter(static_cast<double>(sum), benchmark::Counter::kIsRate);
}
BENCHMARK(EventThroughput)->Name("event_throughput");

}  // namespace
}  // namespace trigate
