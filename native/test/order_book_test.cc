#include "trigate/order_book.h"

#include <gtest/gtest.h>

#include <vector>

#include "trigate/book_batch.h"

namespace trigate {
namespace {

constexpr BookConfig kSmall{100, 64, 8};

LimitOrder Buy(std::int64_t price, std::int64_t lots, TimeInForce time_in_force = TimeInForce::kGoodTillCancel) {
  return {Side::kBuy, time_in_force, price, lots};
}

LimitOrder Sell(std::int64_t price, std::int64_t lots, TimeInForce time_in_force = TimeInForce::kGoodTillCancel) {
  return {Side::kSell, time_in_force, price, lots};
}

OrderId Rested(OrderBook& book, const LimitOrder& order) {
  const Result<Submitted> done = book.AddLimit(order);
  EXPECT_EQ(done.error, Error::kNone);
  EXPECT_EQ(done.value.open_lots, order.lots);
  return done.value.id;
}

TEST(OrderBookTest, TradesBestPriceFirstThenOldestFirst) {
  OrderBook book(kSmall);
  const OrderId late = Rested(book, Sell(111, 5));
  const OrderId worse = Rested(book, Sell(112, 5));
  const OrderId best = Rested(book, Sell(110, 5));
  const OrderId behind = Rested(book, Sell(111, 5));
  const Result<Submitted> done = book.AddLimit(Buy(111, 12));
  ASSERT_TRUE(done);
  EXPECT_EQ(done.value.filled_lots, 12);
  EXPECT_EQ(done.value.id, 0U);
  ASSERT_EQ(book.fills().size(), 3U);
  EXPECT_EQ(book.fills()[0].maker, best);
  EXPECT_EQ(book.fills()[0].price_ticks, 110);
  EXPECT_EQ(book.fills()[1].maker, late);
  EXPECT_EQ(book.fills()[2].maker, behind);
  EXPECT_EQ(book.fills()[2].lots, 2);
  EXPECT_EQ(book.fills()[2].maker_open_lots, 3);
  EXPECT_EQ(book.Find(best).error, Error::kUnknownOrder);
  EXPECT_EQ(book.Find(behind).value.open_lots, 3);
  EXPECT_EQ(book.Find(worse).value.open_lots, 5);
  EXPECT_EQ(book.Best(Side::kSell).value.price_ticks, 111);
  EXPECT_EQ(book.Best(Side::kBuy).error, Error::kUnknownOrder);
}

TEST(OrderBookTest, RestsWhatALimitLeavesOver) {
  OrderBook book(kSmall);
  Rested(book, Sell(110, 5));
  const Result<Submitted> done = book.AddLimit(Buy(110, 8));
  EXPECT_EQ(done.value.filled_lots, 5);
  EXPECT_EQ(done.value.open_lots, 3);
  EXPECT_EQ(book.Find(done.value.id).value.price_ticks, 110);
  EXPECT_EQ(book.Best(Side::kBuy).value.lots, 3);
}

TEST(OrderBookTest, MarketOrdersTakeWhatThereIs) {
  OrderBook book(kSmall);
  Rested(book, Buy(101, 5));
  Rested(book, Buy(163, 5));  // The last price of the ladder.
  const Result<Submitted> done = book.AddMarket(Side::kSell, 20);
  EXPECT_EQ(done.value.filled_lots, 10);
  EXPECT_EQ(done.value.open_lots, 0);
  EXPECT_EQ(book.fills()[0].price_ticks, 163);
  EXPECT_EQ(book.size(), 0U);
}

TEST(OrderBookTest, ImmediateOrCancelDropsTheRest) {
  OrderBook book(kSmall);
  Rested(book, Sell(110, 5));
  const Result<Submitted> done = book.AddLimit(Buy(110, 8, TimeInForce::kImmediateOrCancel));
  EXPECT_EQ(done.value.filled_lots, 5);
  EXPECT_EQ(done.value.open_lots, 0);
  EXPECT_EQ(book.size(), 0U);
}

TEST(OrderBookTest, FillOrKillIsAllOrNothing) {
  OrderBook book(kSmall);
  Rested(book, Sell(110, 5));
  Rested(book, Sell(112, 5));
  EXPECT_EQ(book.AddLimit(Buy(111, 6, TimeInForce::kFillOrKill)).error, Error::kUnfillable);
  EXPECT_EQ(book.size(), 2U);
  EXPECT_EQ(book.AddLimit(Buy(112, 10, TimeInForce::kFillOrKill)).value.filled_lots, 10);
}

TEST(OrderBookTest, PostOnlyNeverTrades) {
  OrderBook book(kSmall);
  Rested(book, Sell(110, 5));
  EXPECT_EQ(book.AddLimit(Buy(110, 1, TimeInForce::kPostOnly)).error, Error::kWouldCross);
  EXPECT_EQ(book.AddLimit(Buy(109, 1, TimeInForce::kPostOnly)).value.open_lots, 1);
}

TEST(OrderBookTest, ReplaceKeepsThePlaceOnlyWhenShrinking) {
  OrderBook book(kSmall);
  const OrderId first = Rested(book, Sell(110, 5));
  const OrderId second = Rested(book, Sell(110, 5));
  ASSERT_TRUE(book.Replace(first, 110, 3));
  ASSERT_TRUE(book.AddMarket(Side::kBuy, 1));
  EXPECT_EQ(book.fills()[0].maker, first);
  EXPECT_EQ(book.Level(110).value.lots, 7);
  ASSERT_TRUE(book.Replace(first, 110, 9));
  ASSERT_TRUE(book.AddMarket(Side::kBuy, 1));
  EXPECT_EQ(book.fills()[0].maker, second);
}

TEST(OrderBookTest, ReplaceAcrossTheSpreadTrades) {
  OrderBook book(kSmall);
  const OrderId offer = Rested(book, Sell(110, 5));
  const OrderId bid = Rested(book, Buy(105, 8));
  const Result<Submitted> done = book.Replace(bid, 111, 8);
  EXPECT_EQ(done.value.id, bid);
  EXPECT_EQ(done.value.filled_lots, 5);
  EXPECT_EQ(done.value.open_lots, 3);
  EXPECT_EQ(book.fills()[0].maker, offer);
  EXPECT_EQ(book.Best(Side::kBuy).value.price_ticks, 111);
  const OrderId again = Rested(book, Sell(112, 3));
  EXPECT_EQ(book.Replace(again, 111, 3).value.id, 0U);
  EXPECT_EQ(book.size(), 0U);
}

TEST(OrderBookTest, ExecuteTakesLotsOffWithoutMatching) {
  OrderBook book(kSmall);
  const OrderId bid = Rested(book, Buy(105, 8));
  EXPECT_EQ(book.Execute(bid, 9).error, Error::kBadArgument);
  EXPECT_EQ(book.Execute(bid, 0).error, Error::kBadArgument);
  EXPECT_EQ(book.Execute(bid, 5).value, 3);
  EXPECT_EQ(book.Level(105).value.lots, 3);
  EXPECT_EQ(book.Execute(bid, 3).value, 0);
  EXPECT_EQ(book.Execute(bid, 1).error, Error::kUnknownOrder);
}

TEST(OrderBookTest, AnIdDiesWithItsOrderAndNeverComesBack) {
  OrderBook book({100, 64, 1});
  OrderId last = 0;
  for (int i = 0; i < 100; ++i) {
    const OrderId id = Rested(book, Buy(105, 1));
    EXPECT_NE(id, last);
    EXPECT_EQ(book.Find(last).error, Error::kUnknownOrder);
    EXPECT_EQ(book.Cancel(last), Error::kUnknownOrder);
    EXPECT_EQ(book.Cancel(id), Error::kNone);
    EXPECT_EQ(book.Cancel(id), Error::kUnknownOrder);
    last = id;
  }
  for (const OrderId never : {OrderId{0}, OrderId{1}, ~OrderId{0}, OrderId{7} << 32U}) {
    EXPECT_EQ(book.Find(never).error, Error::kUnknownOrder);
  }
}

TEST(OrderBookTest, RefusalsChangeNothing) {
  OrderBook book({100, 64, 2});
  const OrderId bid = Rested(book, Buy(105, 8));
  Rested(book, Sell(110, 8));
  EXPECT_EQ(book.AddLimit(Buy(106, 1)).error, Error::kFull);
  EXPECT_EQ(book.AddLimit(Buy(99, 1)).error, Error::kOutOfRange);
  EXPECT_EQ(book.AddLimit(Buy(164, 1)).error, Error::kOutOfRange);
  EXPECT_EQ(book.AddLimit(Buy(106, 0)).error, Error::kBadArgument);
  EXPECT_EQ(book.AddLimit(Buy(106, kMaxLots + 1)).error, Error::kBadArgument);
  EXPECT_EQ(book.AddLimit({static_cast<Side>(2), TimeInForce::kGoodTillCancel, 106, 1}).error, Error::kBadArgument);
  EXPECT_EQ(book.AddLimit({Side::kBuy, static_cast<TimeInForce>(4), 106, 1}).error, Error::kBadArgument);
  EXPECT_EQ(book.AddMarket(Side::kBuy, -1).error, Error::kBadArgument);
  EXPECT_EQ(book.Replace(bid, 99, 1).error, Error::kOutOfRange);
  EXPECT_EQ(book.Replace(bid, 106, 0).error, Error::kBadArgument);
  EXPECT_EQ(book.size(), 2U);
  EXPECT_EQ(book.Find(bid).value.open_lots, 8);
  EXPECT_EQ(book.AddLimit(Buy(110, 1, TimeInForce::kImmediateOrCancel)).value.filled_lots, 1);
}

TEST(OrderBookTest, RefusesABadConfig) {
  for (const BookConfig& config :
       {BookConfig{0, 0, 1}, BookConfig{0, 1, 0}, BookConfig{0, LevelSet::kMaxSize + 1, 1},
        BookConfig{0, 1, kMaxOrders + 1}, BookConfig{kMaxPriceTicks, 1, 1}, BookConfig{-kMaxPriceTicks - 1, 1, 1}}) {
    OrderBook book(config);
    EXPECT_EQ(book.status(), Error::kBadArgument);
    EXPECT_EQ(book.AddLimit(Buy(0, 1)).error, Error::kBadArgument);
    EXPECT_EQ(book.AddMarket(Side::kBuy, 1).error, Error::kBadArgument);
    EXPECT_EQ(book.Cancel(0), Error::kBadArgument);
    EXPECT_EQ(book.Best(Side::kBuy).error, Error::kBadArgument);
    EXPECT_EQ(book.Level(0).error, Error::kBadArgument);
  }
}

TEST(BookBatchTest, RunsCommandsAndStopsBeforeFillsOverflow) {
  OrderBook book({0, 64, 2});
  std::vector<Fill> fills(2);
  const auto limit = [](Side side, std::int64_t price, std::int64_t lots) {
    return BookCommand{0, 0, static_cast<std::int64_t>(side), 0, price, lots};
  };
  const std::vector<BookCommand> commands = {limit(Side::kSell, 10, 1), limit(Side::kSell, 11, 1),
                                             limit(Side::kBuy, 11, 2), limit(Side::kSell, 10, 1),
                                             limit(Side::kBuy, 10, 1)};
  std::vector<BookAnswer> answers(commands.size());
  // The third command meets a full book and is refused; nothing trades until a slot is free.
  BookProgress progress = RunCommands(book, commands, answers, fills);
  EXPECT_EQ(progress.commands, 5U);
  EXPECT_EQ(answers[2].error, static_cast<std::int64_t>(Error::kFull));
  EXPECT_EQ(progress.fills, 0U);
  BookCommand market = limit(Side::kBuy, 0, 2);
  market.operation = 1;
  const std::vector<BookCommand> next = {market, limit(Side::kSell, 10, 1), market};
  answers.resize(next.size());
  progress = RunCommands(book, next, answers, fills);
  EXPECT_EQ(answers[0].detail, 2);
  EXPECT_EQ(progress.fills, 2U);
  EXPECT_EQ(progress.commands, 2U);  // The last one could overflow `fills`.
}

TEST(BookBatchTest, RefusesWhatIsNoOperation) {
  OrderBook book(kSmall);
  std::vector<Fill> fills(8);
  std::vector<BookAnswer> answers(3);
  const std::vector<BookCommand> commands = {BookCommand{7}, BookCommand{-1}, BookCommand{256}};
  EXPECT_EQ(RunCommands(book, commands, answers, fills).commands, 3U);
  for (const BookAnswer& answer : answers) {
    EXPECT_EQ(answer.error, static_cast<std::int64_t>(Error::kBadArgument));
  }
  EXPECT_EQ(RunCommands(book, commands, answers, std::span<Fill>()).commands, 0U);
}

}  // namespace
}  // namespace trigate
