#include "trigate/event_loop.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <random>
#include <thread>
#include <tuple>
#include <vector>

namespace trigate {
namespace {

constexpr std::int64_t kForever = std::numeric_limits<std::int64_t>::max();

Event At(std::int64_t time_ns, std::uint32_t priority = 0, std::int64_t tag = 0) {
  Event event;
  event.local_time_ns = time_ns;
  event.priority = priority;
  event.payload[0] = tag;
  return event;
}

void Collect(void* context, const Event& event) noexcept {
  static_cast<std::vector<Event>*>(context)->push_back(event);
}

TEST(EventLoopTest, DeliversByTimeThenPriorityThenSequence) {
  EventLoop loop(4'096, 4'096);
  std::vector<Event> seen;
  ASSERT_EQ(loop.SetHandler(0, Collect, &seen), Error::kNone);
  std::mt19937 random(3);
  std::vector<std::tuple<std::int64_t, std::uint32_t, std::uint64_t>> expected;
  for (std::uint64_t i = 0; i < 4'000; ++i) {
    const std::int64_t time = random() % 50;
    const std::uint32_t priority = random() % 3;
    ASSERT_EQ(loop.Publish(At(time, priority)), Error::kNone);
    expected.emplace_back(time, priority, i);
  }
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(loop.RunUntil(kForever).delivered, expected.size());
  ASSERT_EQ(seen.size(), expected.size());
  for (std::size_t i = 0; i < seen.size(); ++i) {
    ASSERT_EQ(std::make_tuple(seen[i].local_time_ns, seen[i].priority, seen[i].sequence), expected[i]);
  }
}

TEST(EventLoopTest, HoldsBackWhatLiesBeyondTheHorizon) {
  EventLoop loop(8, 8);
  std::vector<Event> seen;
  ASSERT_EQ(loop.SetHandler(0, Collect, &seen), Error::kNone);
  ASSERT_EQ(loop.Publish(At(20)), Error::kNone);
  ASSERT_EQ(loop.Publish(At(10)), Error::kNone);
  EXPECT_EQ(loop.RunUntil(10).delivered, 1U);
  EXPECT_EQ(loop.now(), 10);
  EXPECT_EQ(loop.waiting(), 1U);
  EXPECT_EQ(loop.RunUntil(19).delivered, 0U);
  EXPECT_EQ(loop.RunUntil(20).delivered, 1U);
}

TEST(EventLoopTest, DropsAndCountsWhatComesTooLate) {
  EventLoop loop(8, 8);
  std::vector<Event> seen;
  ASSERT_EQ(loop.SetHandler(0, Collect, &seen), Error::kNone);
  ASSERT_EQ(loop.Publish(At(100)), Error::kNone);
  EXPECT_EQ(loop.RunUntil(kForever).delivered, 1U);
  ASSERT_EQ(loop.Publish(At(99)), Error::kNone);
  const EventLoop::Progress progress = loop.RunUntil(kForever);
  EXPECT_EQ(progress.late, 1U);
  EXPECT_EQ(progress.delivered, 0U);
  EXPECT_EQ(loop.Schedule(At(99)), Error::kLate);
}

struct Repeater {
  EventLoop* loop;
  int left;
};

TEST(EventLoopTest, LetsHandlersScheduleTimers) {
  EventLoop loop(8, 1);  // One slot: it must be free again while its own event is being handled.
  Repeater repeater{&loop, 5};
  const auto repeat = [](void* context, const Event& event) noexcept {
    auto* self = static_cast<Repeater*>(context);
    if (--self->left > 0) {
      EXPECT_EQ(self->loop->Schedule(At(event.local_time_ns + 10)), Error::kNone);
    }
  };
  ASSERT_EQ(loop.SetHandler(0, repeat, &repeater), Error::kNone);
  ASSERT_EQ(loop.Publish(At(0)), Error::kNone);
  EXPECT_EQ(loop.RunUntil(kForever).delivered, 5U);
  EXPECT_EQ(loop.now(), 40);
}

TEST(EventLoopTest, PutsScheduledEventsBehindPublishedOnesOfTheSameTime) {
  EventLoop loop(8, 8);
  std::vector<Event> seen;
  ASSERT_EQ(loop.SetHandler(0, Collect, &seen), Error::kNone);
  ASSERT_EQ(loop.Schedule(At(5, 0, 2)), Error::kNone);
  ASSERT_EQ(loop.Publish(At(5, 0, 1)), Error::kNone);
  EXPECT_EQ(loop.RunUntil(kForever).delivered, 2U);
  EXPECT_EQ(seen[0].payload[0], 1);
  EXPECT_EQ(seen[1].payload[0], 2);
}

TEST(EventLoopTest, SaysWhenItIsFull) {
  EventLoop loop(2, 1);
  EXPECT_EQ(loop.Publish(At(1)), Error::kNone);
  EXPECT_EQ(loop.Publish(At(2)), Error::kNone);
  EXPECT_EQ(loop.Publish(At(3)), Error::kFull);
  EXPECT_EQ(loop.RunUntil(0).delivered, 0U);  // Moves one event to the queue and so frees a place in the ring.
  EXPECT_EQ(loop.Schedule(At(4)), Error::kFull);
  EXPECT_EQ(loop.Publish(At(3)), Error::kNone);
}

TEST(EventLoopTest, RefusesBadArguments) {
  EXPECT_EQ(EventLoop(0, 1).status(), Error::kBadArgument);
  EXPECT_EQ(EventLoop(1, EventLoop::kMaxCapacity + 1).status(), Error::kBadArgument);
  EventLoop loop(2, 2);
  Event event;
  event.kind = EventLoop::kMaxKinds;
  EXPECT_EQ(loop.Publish(event), Error::kBadArgument);
  EXPECT_EQ(loop.Schedule(event), Error::kBadArgument);
  EXPECT_EQ(loop.SetHandler(EventLoop::kMaxKinds, nullptr, nullptr), Error::kBadArgument);
}

TEST(EventLoopTest, DeliversEveryEventOfAnotherThreadInOrder) {
  constexpr int kCount = 50'000;
  EventLoop loop(256, 256);
  std::vector<Event> seen;
  seen.reserve(kCount);
  ASSERT_EQ(loop.SetHandler(0, Collect, &seen), Error::kNone);
  std::thread producer([&loop] {
    for (int i = 0; i < kCount; ++i) {
      while (loop.Publish(At(i)) == Error::kFull) {
        std::this_thread::yield();
      }
    }
  });
  while (seen.size() < kCount) {
    if (loop.RunUntil(kForever).delivered == 0) {
      std::this_thread::yield();
    }
  }
  producer.join();
  EXPECT_TRUE(
      std::is_sorted(seen.begin(), seen.end(), [](const Event& a, const Event& b) { return a.sequence < b.sequence; }));
}

}  // namespace
}  // namespace trigate
