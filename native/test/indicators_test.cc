#include "trigate/indicators.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "trigate/indicator_choice.h"

namespace trigate {
namespace {

/// A walk in hundredths that any language can repeat; the expected values below were computed from it with the PyPI
/// package TA-Lib 0.8.2 (TA-Lib core 0.8.1).
std::vector<double> Walk(std::size_t length, std::uint64_t seed) {
  std::vector<double> values;
  std::int64_t hundredths = 10'000;
  for (std::size_t i = 0; i < length; ++i) {
    seed = (seed * 1'103'515'245 + 12'345) % 2'147'483'648U;
    hundredths += static_cast<std::int64_t>((seed >> 16U) % 201) - 100;
    values.push_back(static_cast<double>(hundredths) / 100.0);
  }
  return values;
}

struct Candles {
  std::vector<double> high;
  std::vector<double> low;
  std::vector<double> close;
};

Candles WalkCandles() {
  Candles candles;
  candles.close = Walk(60, 42);
  const std::vector<double> up = Walk(60, 7);
  const std::vector<double> down = Walk(60, 9);
  for (std::size_t i = 0; i < candles.close.size(); ++i) {
    candles.high.push_back(candles.close[i] + std::fabs(up[i] - 100) / 10);
    candles.low.push_back(candles.close[i] - std::fabs(down[i] - 100) / 10);
  }
  return candles;
}

using Columns = std::vector<std::vector<double>>;

Columns RunAll(const IndicatorSpec& spec) {
  const Candles candles = WalkCandles();
  const bool on_candles = spec.kind == IndicatorKind::kAtr;
  Columns out(kMaxColumns, std::vector<double>(candles.close.size(), -1));
  AnyIndicator indicator(spec);
  const BatchOutcome outcome =
      indicator.Run({on_candles ? candles.high : candles.close, candles.low, candles.close}, {out[0], out[1], out[2]});
  EXPECT_EQ(outcome.error, Error::kNone);
  EXPECT_EQ(outcome.index, candles.close.size());
  return out;
}

struct TaLibCase {
  const char* name;
  IndicatorSpec spec;
  std::size_t column;
  double tolerance;   // Relative; 0 asks for the same bits. That release smooths Wilder's averages in other steps than
                      // ours.
  std::size_t first;  // The first row with a value.
  double at_rows[4];  // Rows first, 20 (or none for MACD), 40, 59.
};

constexpr double kSkip = 0;

const TaLibCase kTaLibCases[] = {
    {"sma",
     {IndicatorKind::kSma, {10}},
     0,
     0,
     9,
     {0x1.9b0a3d70a3d70p+6, 0x1.9edf3b645a1c8p+6, 0x1.945a1cac08310p+6, 0x1.95b74bc6a7ef7p+6}},
    {"ema",
     {IndicatorKind::kEma, {10}},
     0,
     0,
     9,
     {0x1.9b0a3d70a3d70p+6, 0x1.9de88424e80a0p+6, 0x1.94cd3185d79dfp+6, 0x1.96321e21cb52fp+6}},
    {"rsi",
     {IndicatorKind::kRsi, {14}},
     0,
     1e-14,
     14,
     {0x1.329cd8f5fb298p+6, 0x1.ecd2498eff449p+5, 0x1.493967376e678p+5, 0x1.a606861fac707p+5}},
    {"atr",
     {IndicatorKind::kAtr, {14}},
     0,
     1e-14,
     14,
     {0x1.2d210f819bf1bp-1, 0x1.2fa4f40fba34ap-1, 0x1.1a145861c8642p-1, 0x1.520c4db99d48fp-1}},
    {"macd",
     {IndicatorKind::kMacd, {12, 26, 9}},
     0,
     0,
     33,
     {-0x1.8aece75d4ce00p-2, kSkip, -0x1.4d5a7752f8d00p-1, -0x1.7fcda4d44d600p-3}},
    {"macd signal",
     {IndicatorKind::kMacd, {12, 26, 9}},
     1,
     0,
     33,
     {0x1.d9716e432eaabp-8, kSkip, -0x1.e82ce13abad30p-2, -0x1.79d23e08efd2ap-3}},
    {"macd histogram",
     {IndicatorKind::kMacd, {12, 26, 9}},
     2,
     0,
     33,
     {-0x1.9252ad16599abp-2, kSkip, -0x1.65101ad66d9a0p-3, -0x1.7ed9b2d763580p-9}},
};

TEST(IndicatorsTest, AgreeWithTaLib) {
  for (const TaLibCase& expected : kTaLibCases) {
    SCOPED_TRACE(expected.name);
    const std::vector<double> out = RunAll(expected.spec)[expected.column];
    for (std::size_t row = 0; row < expected.first; ++row) {
      ASSERT_TRUE(std::isnan(out[row])) << row;
    }
    const std::size_t rows[] = {expected.first, 20, 40, 59};
    for (std::size_t i = 0; i < 4; ++i) {
      if (expected.at_rows[i] != kSkip) {
        EXPECT_NEAR(out[rows[i]], expected.at_rows[i], expected.tolerance * std::fabs(expected.at_rows[i])) << rows[i];
      }
    }
  }
}

TEST(IndicatorsTest, StreamAndBatchGiveTheSameBits) {
  const Candles candles = WalkCandles();
  for (const TaLibCase& which : kTaLibCases) {
    SCOPED_TRACE(which.name);
    const Columns batch = RunAll(which.spec);
    AnyIndicator stream(which.spec);
    const bool on_candles = which.spec.kind == IndicatorKind::kAtr;
    for (std::size_t row = 0; row < candles.close.size(); ++row) {
      std::array<double, kMaxColumns> out{};
      ASSERT_EQ(stream.Update(
                    {on_candles ? candles.high[row] : candles.close[row], candles.low[row], candles.close[row]}, out),
                Error::kNone);
      ASSERT_EQ(std::bit_cast<std::uint64_t>(out[which.column]),
                std::bit_cast<std::uint64_t>(batch[which.column][row]));
    }
  }
}

TEST(IndicatorsTest, RefuseASampleAndGoOnAsIfItNeverCame) {
  for (const double bad :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(), -1.1e100}) {
    Sma touched(2);
    Sma untouched(2);
    std::array<double, 1> left{};
    std::array<double, 1> right{};
    ASSERT_EQ(touched.Update({1}, left), Error::kNone);
    ASSERT_EQ(untouched.Update({1}, right), Error::kNone);
    EXPECT_EQ(touched.Update({bad}, left), Error::kNotFinite);
    ASSERT_EQ(touched.Update({4}, left), Error::kNone);
    ASSERT_EQ(untouched.Update({4}, right), Error::kNone);
    EXPECT_EQ(left[0], 2.5);
    EXPECT_EQ(left[0], right[0]);
  }
}

TEST(IndicatorsTest, NameTheRefusedRow) {
  const std::vector<double> values = {1, 2, std::nan(""), 4};
  std::vector<double> out(4, -1);
  Ema ema(1);
  const BatchOutcome outcome = RunBatch(ema, {values}, {out});
  EXPECT_EQ(outcome.error, Error::kNotFinite);
  EXPECT_EQ(outcome.index, 2U);
  EXPECT_EQ(out, (std::vector<double>{1, 2, -1, -1}));
}

TEST(IndicatorsTest, RefuseBadPeriods) {
  for (const IndicatorSpec& spec :
       {IndicatorSpec{IndicatorKind::kSma, {0}}, IndicatorSpec{IndicatorKind::kSma, {kMaxPeriod + 1}},
        IndicatorSpec{IndicatorKind::kEma, {0}}, IndicatorSpec{IndicatorKind::kEma, {kMaxPeriod + 1}},
        IndicatorSpec{IndicatorKind::kRsi, {1}}, IndicatorSpec{IndicatorKind::kAtr, {0}},
        IndicatorSpec{IndicatorKind::kMacd, {26, 26, 9}}, IndicatorSpec{IndicatorKind::kMacd, {12, 26, 0}},
        IndicatorSpec{IndicatorKind::kMacd, {0, 26, 9}}, IndicatorSpec{static_cast<IndicatorKind>(5), {10}}}) {
    AnyIndicator indicator(spec);
    std::array<double, kMaxColumns> out{};
    EXPECT_EQ(indicator.status(), Error::kBadArgument);
    EXPECT_EQ(indicator.Update({1, 1, 1}, out), Error::kBadArgument);
    EXPECT_EQ(indicator.Run({}, {}).error, Error::kBadArgument);
  }
}

TEST(IndicatorsTest, RefuseColumnsOfDifferentLength) {
  const std::vector<double> values(4, 1);
  std::vector<double> out(3);
  Ema ema(1);
  EXPECT_EQ(RunBatch(ema, {values}, {out}).error, Error::kTooShort);
}

TEST(IndicatorsTest, AtrRefusesACandleThatIsUpsideDown) {
  Atr atr(1);
  std::array<double, 1> out{};
  EXPECT_EQ(atr.Update({1, 2, 1.5}, out), Error::kBadCandle);
}

TEST(IndicatorsTest, RsiKnowsTheExtremes) {
  Rsi up(2);
  Rsi flat(2);
  std::array<double, 1> out{};
  for (const double value : {1.0, 2.0, 3.0}) {
    ASSERT_EQ(up.Update({value}, out), Error::kNone);
  }
  EXPECT_EQ(out[0], 100.0);
  for (int i = 0; i < 5; ++i) {
    ASSERT_EQ(flat.Update({7}, out), Error::kNone);
  }
  EXPECT_EQ(out[0], 0.0);
}

}  // namespace
}  // namespace trigate
