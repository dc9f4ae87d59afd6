#include <benchmark/benchmark.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <span>
#include <vector>

#include "bursts.h"
#include "trigate/indicators.h"

namespace trigate {
namespace {

constexpr std::size_t kRows = 1 << 16;

std::vector<double> RandomWalk() {
  std::mt19937_64 random(5);
  std::normal_distribution<double> step(0, 0.1);
  std::vector<double> values(kRows);
  double price = 100;
  for (double& value : values) {
    price += step(random);
    value = price;
  }
  return values;
}

template <typename Indicator>
std::array<double, Indicator::kInputs> SampleAt(const std::vector<double>& walk, std::size_t row) {
  const double value = walk[row % kRows];
  if constexpr (Indicator::kInputs == 3) {
    return {value + 0.3, value - 0.2, value};
  } else {
    return {value};
  }
}

/// One streaming update.
template <typename Indicator, typename... Periods>
void Update(benchmark::State& state, Periods... periods) {
  const std::vector<double> walk = RandomWalk();
  Indicator indicator(periods...);
  std::array<double, Indicator::kInputs> sample{};
  std::array<double, Indicator::kOutputs> out{};
  std::size_t row = 0;
  MeasureBursts(
      state, [&] { sample = SampleAt<Indicator>(walk, row++); },
      [&] {
        if (indicator.Update(sample, out) != Error::kNone) {
          std::abort();
        }
        benchmark::DoNotOptimize(out);
      });
}

/// A whole column; the benchmark's time is that of one row.
template <typename Indicator, typename... Periods>
void Batch(benchmark::State& state, Periods... periods) {
  std::array<std::vector<double>, Indicator::kInputs> columns;
  const std::vector<double> walk = RandomWalk();
  for (auto& column : columns) {
    column.resize(kRows);
  }
  for (std::size_t row = 0; row < kRows; ++row) {
    const auto sample = SampleAt<Indicator>(walk, row);
    for (std::size_t column = 0; column < sample.size(); ++column) {
      columns[column][row] = sample[column];
    }
  }
  std::array<std::vector<double>, Indicator::kOutputs> results;
  std::array<std::span<const double>, Indicator::kInputs> inputs;
  std::array<std::span<double>, Indicator::kOutputs> outputs;
  for (std::size_t column = 0; column < inputs.size(); ++column) {
    inputs[column] = columns[column];
  }
  for (std::size_t column = 0; column < outputs.size(); ++column) {
    results[column].resize(kRows);
    outputs[column] = results[column];
  }
  std::int64_t total_ns = 0;
  for (auto _ : state) {
    Indicator indicator(periods...);
    const std::int64_t start = NowNs();
    const BatchOutcome outcome = RunBatch(indicator, inputs, outputs);
    const std::int64_t took = NowNs() - start;
    if (outcome.error != Error::kNone) {
      std::abort();
    }
    total_ns += took;
    state.SetIterationTime(static_cast<double>(took) * 1e-9 / kRows);
  }
  state.counters["ops_per_second"] =
      static_cast<double>(state.iterations()) * kRows / (static_cast<double>(total_ns) * 1e-9);
}

#define TRIGATE_INDICATOR(name, Indicator, ...)                                            \
  void name##Update(benchmark::State& state) {                                             \
    Update<Indicator>(state, __VA_ARGS__);                                                 \
  }                                                                                        \
  BENCHMARK(name##Update)->Name("indicator_" #name)->Iterations(kBursts)->UseManualTime(); \
  void name##Batch(benchmark::State& state) {                                              \
    Batch<Indicator>(state, __VA_ARGS__);                                                  \
  }                                                                                        \
  BENCHMARK(name##Batch)->Name("indicator_" #name "_batch")->Iterations(200)->UseManualTime()

TRIGATE_INDICATOR(sma, Sma, 14U);
TRIGATE_INDICATOR(ema, Ema, 14U);
TRIGATE_INDICATOR(rsi, Rsi, 14U);
TRIGATE_INDICATOR(atr, Atr, 14U);
TRIGATE_INDICATOR(macd, Macd, MacdPeriods{});

}  // namespace
}  // namespace trigate
