#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <ostream>
#include <random>
#include <vector>

#include "reference_book.h"
#include "trigate/order_book.h"

namespace trigate {
namespace {

/// Does the same random operations to the real book and to the reference and compares every answer.
class Twin {
 public:
  Twin(const BookConfig& config, std::uint64_t seed)
      : config_(config), book_(config), reference_(config), random_(seed) {}

  void Step() {
    switch (Below(12)) {
      case 0:
      case 1:
      case 2:
      case 3:
      case 4:
        AddLimit();
        break;
      case 5:
        AddMarket();
        break;
      case 6:
      case 7:
      case 8:
        Cancel();
        break;
      case 9:
      case 10:
        Replace();
        break;
      default:
        Execute();
    }
    CompareState();
  }

  [[nodiscard]] std::uint64_t trades() const { return trades_; }
  [[nodiscard]] std::uint64_t refusals() const { return refusals_; }

 private:
  std::int64_t Below(std::int64_t limit) {
    return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(limit));
  }
  Side AnySide() { return Below(2) == 0 ? Side::kBuy : Side::kSell; }
  // One tick beyond both ends of the ladder, so that kOutOfRange is met as well.
  std::int64_t AnyPrice() { return config_.min_price_ticks - 1 + Below(static_cast<std::int64_t>(config_.levels) + 2); }
  std::int64_t AnyLots() { return Below(21); }
  std::uint64_t AnyName() {
    return names_ == 0 ? 0 : static_cast<std::uint64_t>(Below(static_cast<std::int64_t>(names_)));
  }

  void AddLimit() {
    const LimitOrder order{AnySide(), static_cast<TimeInForce>(Below(8) < 5 ? 0 : Below(4)), AnyPrice(), AnyLots()};
    const std::uint64_t name = names_++;
    const Result<Submitted> done = book_.AddLimit(order);
    if (done && done.value.id != 0) {
      ids_[name] = done.value.id;
      names_by_id_[done.value.id] = name;
    }
    Compare(done, reference_.AddLimit(name, order));
  }

  void AddMarket() {
    const Side side = AnySide();
    const std::int64_t lots = AnyLots();
    const Result<Submitted> done = book_.AddMarket(side, lots);
    Compare(done, reference_.AddMarket(side, lots));
  }

  void Replace() {
    const std::uint64_t name = AnyName();
    const auto resting = reference_.Find(name);
    const std::int64_t price = resting && Below(2) == 0 ? resting->price_ticks : AnyPrice();
    const std::int64_t lots = AnyLots();
    const Result<Submitted> done = book_.Replace(ids_[name], price, lots);
    Compare(done, reference_.Replace(name, price, lots));
  }

  void Cancel() {
    const std::uint64_t name = AnyName();
    ASSERT_EQ(book_.Cancel(ids_[name]), reference_.Cancel(name));
  }

  void Execute() {
    const std::uint64_t name = AnyName();
    const std::int64_t lots = AnyLots();
    ASSERT_EQ(book_.Execute(ids_[name], lots).error, reference_.Execute(name, lots));
  }

  void Compare(const Result<Submitted>& done, const ReferenceBook::Outcome& expected) {
    ASSERT_EQ(done.error, expected.error);
    refusals_ += done ? 0 : 1;
    ASSERT_EQ(done.value.filled_lots, expected.filled_lots);
    ASSERT_EQ(done.value.open_lots, expected.open_lots);
    ASSERT_EQ(book_.fills().size(), expected.trades.size());
    for (std::size_t i = 0; i < expected.trades.size(); ++i) {
      const Fill& fill = book_.fills()[i];
      const ReferenceBook::Trade trade{names_by_id_.at(fill.maker), fill.price_ticks, fill.lots, fill.maker_open_lots};
      ASSERT_EQ(trade, expected.trades[i]);
      ++trades_;
    }
  }

  void CompareState() {
    ASSERT_EQ(book_.size(), reference_.size());
    for (const Side side : {Side::kBuy, Side::kSell}) {
      const Result<LevelView> best = book_.Best(side);
      const auto expected = reference_.Best(side);
      ASSERT_EQ(static_cast<bool>(best), expected.has_value());
      if (expected) {
        ASSERT_EQ(best.value.price_ticks, expected->price_ticks);
        ASSERT_EQ(best.value.lots, expected->lots);
        ASSERT_EQ(best.value.orders, expected->orders);
      }
    }
    const std::uint64_t name = AnyName();
    const Result<OrderView> found = book_.Find(ids_[name]);
    const auto expected = reference_.Find(name);
    ASSERT_EQ(static_cast<bool>(found), expected.has_value());
    if (expected) {
      ASSERT_EQ(found.value.open_lots, expected->open_lots);
      ASSERT_EQ(found.value.price_ticks, expected->price_ticks);
      ASSERT_EQ(found.value.side, expected->side);
    }
  }

  BookConfig config_;
  OrderBook book_;
  ReferenceBook reference_;
  std::mt19937_64 random_;
  std::map<std::uint64_t, OrderId> ids_;  // 0, which no book gives, for names that never rested.
  std::map<OrderId, std::uint64_t> names_by_id_;
  std::uint64_t names_ = 0;
  std::uint64_t trades_ = 0;
  std::uint64_t refusals_ = 0;
};

struct FuzzCase {
  BookConfig config;
  std::uint64_t seed;
  int steps;
};

/// Names a case by its seed: the default prints its bytes, padding included, and so another name in each build.
void PrintTo(const FuzzCase& which, std::ostream* out) {
  *out << "seed " << which.seed;
}

class OrderBookFuzzTest : public testing::TestWithParam<FuzzCase> {};

TEST_P(OrderBookFuzzTest, DoesWhatTheReferenceDoes) {
  const FuzzCase& which = GetParam();
  Twin twin(which.config, which.seed);
  for (int step = 0; step < which.steps; ++step) {
    SCOPED_TRACE(step);
    twin.Step();
    if (HasFatalFailure()) {
      return;
    }
  }
  // Guards against a generator that drifts into trivial runs: agreeing on nothing would prove nothing.
  EXPECT_GT(twin.trades(), static_cast<std::uint64_t>(which.steps / 20));
  EXPECT_GT(twin.refusals(), 0U);
}

INSTANTIATE_TEST_SUITE_P(Seeds, OrderBookFuzzTest,
                         testing::Values(FuzzCase{{1'000, 16, 64}, 1, 20'000}, FuzzCase{{0, 5, 4}, 2, 20'000},
                                         FuzzCase{{-40, 80, 500}, 3, 20'000}, FuzzCase{{7, 5'000, 32}, 4, 20'000},
                                         FuzzCase{{0, 64, 1}, 5, 10'000}, FuzzCase{{50'000, 300, 2'000}, 6, 20'000}));

}  // namespace
}  // namespace trigate
