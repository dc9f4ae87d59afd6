// The WebAssembly face of the core: plain functions over the module's own memory. Converts, decides nothing.

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <span>

#include "trigate/book_batch.h"
#include "trigate/indicator_choice.h"

#define TRIGATE_EXPORT(name) extern "C" __attribute__((export_name(#name), visibility("default")))

namespace {

using trigate::AnyIndicator;
using trigate::Error;
using trigate::kMaxColumns;
using trigate::OrderBook;

/// An indicator with the slots through which samples come in and results go out.
struct Stream {
  explicit Stream(const trigate::IndicatorSpec& spec) noexcept : indicator(spec) {}
  AnyIndicator indicator;
  std::array<double, kMaxColumns> in{};
  std::array<double, kMaxColumns> out{};
};
static_assert(offsetof(Stream, out) == offsetof(Stream, in) + kMaxColumns * sizeof(double));

trigate::IndicatorSpec SpecOf(std::uint32_t kind, std::uint32_t first, std::uint32_t second, std::uint32_t third) {
  // A kind above 255 must stay unknown and not wrap into a known one.
  return {static_cast<trigate::IndicatorKind>(kind > 255 ? 255 : kind), {first, second, third}};
}

template <typename T>
void Destroy(T* object) {
  if (object != nullptr) {
    object->~T();
    std::free(object);
  }
}

}  // namespace

/// Changes whenever the exports change their shape; lib/ refuses a module that says another number.
TRIGATE_EXPORT(tg_abi) std::uint32_t TgAbi() {
  return 1;
}

/// Gives `bytes` of memory, 8-byte aligned, or 0.
TRIGATE_EXPORT(tg_alloc) void* TgAlloc(std::size_t bytes) {
  return std::malloc(bytes);
}

/// Takes back what tg_alloc gave.
TRIGATE_EXPORT(tg_free) void TgFree(void* memory) {
  std::free(memory);
}

/// Runs an indicator over `length` rows that start at `columns`: three input columns and three output columns of
/// `length` doubles each, one after the other. Gives an Error.
TRIGATE_EXPORT(tg_batch)
std::uint32_t TgBatch(std::uint32_t kind, std::uint32_t first, std::uint32_t second, std::uint32_t third,
                      double* columns, std::size_t length) {
  AnyIndicator indicator(SpecOf(kind, first, second, third));
  const auto column = [columns, length](std::size_t index) {
    return std::span<double>(columns + index * length, length);
  };
  return static_cast<std::uint32_t>(
      indicator.Run({column(0), column(1), column(2)}, {column(3), column(4), column(5)}).error);
}

/// Opens a stream; 0 when memory ran out. tg_stream_status says whether it may be used, tg_stream_close ends it.
TRIGATE_EXPORT(tg_stream_open)
Stream* TgStreamOpen(std::uint32_t kind, std::uint32_t first, std::uint32_t second, std::uint32_t third) {
  void* memory = std::malloc(sizeof(Stream));
  return memory == nullptr ? nullptr : new (memory) Stream(SpecOf(kind, first, second, third));
}

TRIGATE_EXPORT(tg_stream_status) std::uint32_t TgStreamStatus(const Stream* stream) {
  return static_cast<std::uint32_t>(stream->indicator.status());
}

/// The address of three input and three output doubles.
TRIGATE_EXPORT(tg_stream_slots) double* TgStreamSlots(Stream* stream) {
  return stream->in.data();
}

/// Takes the sample in the input slots and fills the output slots. Gives an Error.
TRIGATE_EXPORT(tg_stream_step) std::uint32_t TgStreamStep(Stream* stream) {
  return static_cast<std::uint32_t>(stream->indicator.Update(stream->in, stream->out));
}

TRIGATE_EXPORT(tg_stream_close) void TgStreamClose(Stream* stream) {
  Destroy(stream);
}

/// Opens a book; 0 when memory ran out. tg_book_status says whether it may be used, tg_book_close ends it.
TRIGATE_EXPORT(tg_book_open)
OrderBook* TgBookOpen(std::int64_t min_price_ticks, std::uint32_t levels, std::uint32_t max_orders) {
  void* memory = std::malloc(sizeof(OrderBook));
  return memory == nullptr ? nullptr : new (memory) OrderBook({min_price_ticks, levels, max_orders});
}

TRIGATE_EXPORT(tg_book_status) std::uint32_t TgBookStatus(const OrderBook* book) {
  return static_cast<std::uint32_t>(book->status());
}

/// Runs commands, see trigate::RunCommands; `progress` gets the numbers of commands done and of fills written.
TRIGATE_EXPORT(tg_book_run)
void TgBookRun(OrderBook* book, const trigate::BookCommand* commands, std::size_t count, trigate::BookAnswer* answers,
               trigate::Fill* fills, std::size_t fill_room, std::uint32_t* progress) {
  const trigate::BookProgress done =
      trigate::RunCommands(*book, {commands, count}, {answers, count}, {fills, fill_room});
  progress[0] = static_cast<std::uint32_t>(done.commands);
  progress[1] = static_cast<std::uint32_t>(done.fills);
}

TRIGATE_EXPORT(tg_book_close) void TgBookClose(OrderBook* book) {
  Destroy(book);
}
