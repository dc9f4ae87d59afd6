#ifndef TRIGATE_BENCH_BURSTS_H_
#define TRIGATE_BENCH_BURSTS_H_

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

#include "trigate/latency_histogram.h"

namespace trigate {

inline std::int64_t NowNs() noexcept {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

/// Operations in a burst. Short enough that on a shared machine some bursts run undisturbed.
inline constexpr int kBurst = 3'000;
/// Bursts in a benchmark: bounds its time whatever the machine.
inline constexpr int kBursts = 200;

/// Collects the latencies of bursts and publishes percentiles of the best burst (the one with the lowest p99), which is
/// what the code can do, and the median burst's p99, which is what this machine let it do. Google Benchmark itself
/// reports means only.
class BurstReport {
 public:
  void Add(const LatencyHistogram& burst) {
    if (p99s_.empty() || burst.Quantile(0.99) < best_.Quantile(0.99)) {
      best_ = burst;
    }
    p99s_.push_back(burst.Quantile(0.99));
  }

  void Publish(benchmark::State& state) {
    std::nth_element(p99s_.begin(), p99s_.begin() + static_cast<std::ptrdiff_t>(p99s_.size() / 2), p99s_.end());
    state.counters["p50_ns"] = static_cast<double>(best_.Quantile(0.5));
    state.counters["p99_ns"] = static_cast<double>(best_.Quantile(0.99));
    state.counters["p999_ns"] = static_cast<double>(best_.Quantile(0.999));
    state.counters["median_burst_p99_ns"] = static_cast<double>(p99s_[p99s_.size() / 2]);
  }

 private:
  LatencyHistogram best_;
  std::vector<std::uint64_t> p99s_;
};

/// Times `operation()` call by call, two clock reads included, after an untimed `prepare()` for each. The benchmark's
/// own time is that of one operation.
template <typename Prepare, typename Operation>
void MeasureBursts(benchmark::State& state, Prepare prepare, Operation operation) {
  BurstReport report;
  std::int64_t total_ns = 0;
  for (auto _ : state) {
    LatencyHistogram burst;
    std::int64_t burst_ns = 0;
    for (int i = 0; i < kBurst; ++i) {
      prepare();
      const std::int64_t start = NowNs();
      operation();
      const std::int64_t took = NowNs() - start;
      burst.Record(static_cast<std::uint64_t>(took));
      burst_ns += took;
    }
    report.Add(burst);
    total_ns += burst_ns;
    state.SetIterationTime(static_cast<double>(burst_ns) * 1e-9 / kBurst);
  }
  report.Publish(state);
  const double operations = static_cast<double>(state.iterations()) * kBurst;
  state.counters["ops_per_second"] = operations / (static_cast<double>(total_ns) * 1e-9);
}

}  // namespace trigate

#endif  // TRIGATE_BENCH_BURSTS_H_
