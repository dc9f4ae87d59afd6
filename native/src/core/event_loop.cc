#include "trigate/event_loop.h"

#include <algorithm>
#include <limits>

namespace trigate {
namespace {

// Sequences of scheduled events start here, above any number of events that a producer can publish.
constexpr std::uint64_t kFirstScheduled = std::uint64_t{1} << 63U;

constexpr std::size_t Checked(std::uint32_t capacity) noexcept {
  return capacity <= EventLoop::kMaxCapacity ? capacity : 0;
}

}  // namespace

EventLoop::EventLoop(std::uint32_t ring_capacity, std::uint32_t queue_capacity) noexcept
    : ring_(Checked(ring_capacity)),
      slots_(Checked(queue_capacity)),
      free_slots_(Checked(queue_capacity)),
      heap_(Checked(queue_capacity)),
      now_ns_(std::numeric_limits<std::int64_t>::min()) {
  if (Checked(ring_capacity) == 0 || Checked(queue_capacity) == 0) {
    status_ = Error::kBadArgument;
  } else if (!ring_.ok() || slots_.size() == 0 || free_slots_.size() == 0 || heap_.size() == 0) {
    status_ = Error::kOutOfMemory;
  } else {
    for (std::uint32_t slot = 0; slot < queue_capacity; ++slot) {
      free_slots_[slot] = slot;
    }
  }
}

Error EventLoop::SetHandler(std::uint32_t kind, Handler handler, void* context) noexcept {
  if (kind >= kMaxKinds) {
    return Error::kBadArgument;
  }
  subscribers_[kind] = {handler, context};
  return Error::kNone;
}

Error EventLoop::Publish(Event event) noexcept {
  if (status_ != Error::kNone) {
    return status_;
  }
  if (event.kind >= kMaxKinds) {
    return Error::kBadArgument;
  }
  event.sequence = published_;
  if (!ring_.TryPush(event)) {
    return Error::kFull;
  }
  ++published_;
  return Error::kNone;
}

Error EventLoop::Schedule(Event event) noexcept {
  if (status_ != Error::kNone) {
    return status_;
  }
  if (event.kind >= kMaxKinds) {
    return Error::kBadArgument;
  }
  if (event.local_time_ns < now_ns_) {
    return Error::kLate;
  }
  if (waiting_ == slots_.size()) {
    return Error::kFull;
  }
  event.sequence = kFirstScheduled + scheduled_++;
  Enqueue(event);
  return Error::kNone;
}

EventLoop::Progress EventLoop::RunUntil(std::int64_t horizon_ns) noexcept {
  Progress progress;
  if (status_ != Error::kNone) {
    return progress;
  }
  progress.late = DrainRing();
  while (waiting_ > 0 && heap_[0].local_time_ns <= horizon_ns) {
    std::pop_heap(heap_.data(), heap_.data() + waiting_, Later);
    --waiting_;
    const std::uint32_t slot = heap_[waiting_].slot;
    const Event event = slots_[slot];  // A copy, since the handler may schedule into the slot.
    free_slots_[waiting_] = slot;
    Deliver(event);
    ++progress.delivered;
  }
  return progress;
}

bool EventLoop::Later(const Key& left, const Key& right) noexcept {
  if (left.local_time_ns != right.local_time_ns) {
    return left.local_time_ns > right.local_time_ns;
  }
  if (left.priority != right.priority) {
    return left.priority > right.priority;
  }
  return left.sequence > right.sequence;
}

void EventLoop::Enqueue(const Event& event) noexcept {
  // The entries of free_slots_ from waiting_ on are the free slots; those before it mean nothing.
  const std::uint32_t slot = free_slots_[waiting_];
  slots_[slot] = event;
  heap_[waiting_] = {event.local_time_ns, event.sequence, event.priority, slot};
  ++waiting_;
  std::push_heap(heap_.data(), heap_.data() + waiting_, Later);
}

std::size_t EventLoop::DrainRing() noexcept {
  std::size_t late = 0;
  static_cast<void>(ring_.PopBatch(slots_.size() - waiting_, [this, &late](const Event& event) noexcept {
    if (event.local_time_ns < now_ns_) {
      ++late;
    } else {
      Enqueue(event);
    }
  }));
  return late;
}

void EventLoop::Deliver(const Event& event) noexcept {
  now_ns_ = event.local_time_ns;
  const Subscriber& subscriber = subscribers_[event.kind];
  if (subscriber.handler != nullptr) {
    subscriber.handler(subscriber.context, event);
  }
}

}  // namespace trigate
