#ifndef TRIGATE_EVENT_LOOP_H_
#define TRIGATE_EVENT_LOOP_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "trigate/fixed_array.h"
#include "trigate/result.h"
#include "trigate/spsc_ring.h"

namespace trigate {

/// What happened, in one cache line. `local_time_ns` is the time at which this machine learned of it: a venue's own
/// time, where it matters, belongs to the payload.
struct Event {
  std::int64_t local_time_ns = 0;
  std::uint64_t sequence = 0;  ///< Given by the loop: counts events in the order in which they were handed in.
  std::uint32_t kind = 0;      ///< Selects the handler; below EventLoop::kMaxKinds.
  std::uint32_t priority = 0;  ///< At equal times the lower number comes first.
  std::array<std::int64_t, 5> payload{};  ///< Meaning by kind; prices in ticks, sizes in lots.
};
static_assert(sizeof(Event) == 64);

/// Dispatches events in one total order: local time, then priority, then sequence. The same events with the same
/// sequence numbers are therefore delivered in the same order in every run, live or replayed.
///
/// One producer thread may Publish; one consumer thread owns everything else. Nothing allocates after construction.
class EventLoop {
 public:
  static constexpr std::uint32_t kMaxKinds = 32;
  /// The largest capacity, in events.
  static constexpr std::uint32_t kMaxCapacity = std::uint32_t{1} << 22U;

  /// Called for each event of a kind, on the consumer's thread. May call Schedule, not RunUntil.
  using Handler = void (*)(void* context, const Event& event) noexcept;

  /// What a RunUntil did.
  struct Progress {
    std::size_t delivered = 0;
    std::size_t late = 0;  ///< Published too late: older than an event already delivered, hence dropped.
  };

  /// `ring_capacity` events may be on their way between the threads and `queue_capacity` may wait for their time, both
  /// 1 to kMaxCapacity; the ring is rounded up to a power of two. status() says whether that worked.
  EventLoop(std::uint32_t ring_capacity, std::uint32_t queue_capacity) noexcept;

  /// kNone, kBadArgument or kOutOfMemory.
  [[nodiscard]] Error status() const noexcept { return status_; }

  /// Sets the handler of a kind; without one, events of that kind are delivered to nobody. Error: kBadArgument (kind).
  [[nodiscard]] Error SetHandler(std::uint32_t kind, Handler handler, void* context) noexcept;

  /// Hands in an event from the producer's thread; its `sequence` is overwritten. Errors: kFull (the consumer lags; try
  /// again or shed load), kBadArgument (kind).
  [[nodiscard]] Error Publish(Event event) noexcept;

  /// Hands in an event from the consumer's thread, for instance a timer set by a handler. Errors: kFull, kLate (its
  /// time is before now()), kBadArgument (kind). Its sequence lies above all those of the producer, so that the
  /// producer's events come first at equal time and priority.
  [[nodiscard]] Error Schedule(Event event) noexcept;

  /// Delivers, in order, every event handed in so far whose time is at most `horizon_ns`. When more events wait than
  /// the queue holds, those left in the ring follow in later calls, and what was due meanwhile counts as late.
  Progress RunUntil(std::int64_t horizon_ns) noexcept;

  /// The time of the event delivered last; INT64_MIN before the first.
  [[nodiscard]] std::int64_t now() const noexcept { return now_ns_; }

  /// How many events wait for their time.
  [[nodiscard]] std::size_t waiting() const noexcept { return waiting_; }

 private:
  struct Subscriber {
    Handler handler = nullptr;
    void* context = nullptr;
  };

  // The heap moves these 24 bytes, not whole events.
  struct Key {
    std::int64_t local_time_ns;
    std::uint64_t sequence;
    std::uint32_t priority;
    std::uint32_t slot;
  };

  [[nodiscard]] static bool Later(const Key& left, const Key& right) noexcept;
  void Enqueue(const Event& event) noexcept;
  std::size_t DrainRing() noexcept;
  void Deliver(const Event& event) noexcept;

  Error status_ = Error::kNone;
  SpscRing<Event> ring_;
  FixedArray<Event> slots_;
  FixedArray<std::uint32_t> free_slots_;
  FixedArray<Key> heap_;
  std::size_t waiting_ = 0;
  std::int64_t now_ns_;
  std::uint64_t scheduled_ = 0;
  std::array<Subscriber, kMaxKinds> subscribers_{};
  alignas(kCacheLineBytes) std::uint64_t published_ = 0;  // The producer's own line.
};

}  // namespace trigate

#endif  // TRIGATE_EVENT_LOOP_H_
