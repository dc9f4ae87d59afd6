// The Node-API face of the core. Reads arguments, calls, hands back; a refusal is an Error number, which lib/ turns
// into a named error. Streams and books are functions bound to buffers at opening, so a call per event takes no
// arguments.

#include <node_api.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <optional>
#include <span>

#include "trigate/book_batch.h"
#include "trigate/indicator_choice.h"

namespace {

using trigate::AnyIndicator;
using trigate::Error;
using trigate::IndicatorSpec;
using trigate::kMaxColumns;

/// Changes whenever the exports change their shape; lib/ refuses an addon that says another number.
constexpr std::uint32_t kAbiVersion = 1;

template <std::size_t kCount>
struct Arguments {
  std::array<napi_value, kCount> values{};
  void* data = nullptr;
  bool complete = false;

  Arguments(napi_env env, napi_callback_info info) {
    std::size_t count = kCount;
    complete = napi_get_cb_info(env, info, &count, values.data(), nullptr, &data) == napi_ok && count >= kCount;
  }
};

napi_value Number(napi_env env, double value) {
  napi_value out = nullptr;
  return napi_create_double(env, value, &out) == napi_ok ? out : nullptr;
}

napi_value Code(napi_env env, Error error) {
  return Number(env, static_cast<double>(error));
}

std::optional<std::uint32_t> ReadU32(napi_env env, napi_value value) {
  double number = 0;
  // The comparison refuses NaN; napi_get_value_uint32 would make 0 of it and wrap what is too large.
  if (napi_get_value_double(env, value, &number) != napi_ok || !(number >= 0 && number <= 4'294'967'295.0)) {
    return std::nullopt;
  }
  const auto whole = static_cast<std::uint32_t>(number);
  return static_cast<double>(whole) == number ? std::optional(whole) : std::nullopt;
}

template <typename T>
std::optional<std::span<T>> ReadArray(napi_env env, napi_value value, napi_typedarray_type wanted) {
  napi_typedarray_type type{};
  std::size_t length = 0;
  void* data = nullptr;
  bool is_array = false;
  if (napi_is_typedarray(env, value, &is_array) != napi_ok || !is_array ||
      napi_get_typedarray_info(env, value, &type, &length, &data, nullptr, nullptr) != napi_ok || type != wanted) {
    return std::nullopt;
  }
  return std::span<T>(static_cast<T*>(data), length);
}

/// Reads kind and three periods from the first four arguments.
std::optional<IndicatorSpec> ReadSpec(napi_env env, const napi_value* values) {
  const auto kind = ReadU32(env, values[0]);
  const auto first = ReadU32(env, values[1]);
  const auto second = ReadU32(env, values[2]);
  const auto third = ReadU32(env, values[3]);
  if (!kind || *kind > 255 || !first || !second || !third) {
    return std::nullopt;
  }
  return IndicatorSpec{static_cast<trigate::IndicatorKind>(*kind), {*first, *second, *third}};
}

/// batch(kind, p0, p1, p2, in0, in1, in2, out0, out1, out2): columns are Float64Arrays; gives an Error number.
napi_value Batch(napi_env env, napi_callback_info info) {
  const Arguments<10> arguments(env, info);
  const auto spec = arguments.complete ? ReadSpec(env, arguments.values.data()) : std::nullopt;
  if (!spec) {
    return Code(env, Error::kBadArgument);
  }
  std::array<std::span<const double>, kMaxColumns> inputs;
  std::array<std::span<double>, kMaxColumns> outputs;
  for (std::size_t column = 0; column < kMaxColumns; ++column) {
    const auto in = ReadArray<double>(env, arguments.values[4 + column], napi_float64_array);
    const auto out = ReadArray<double>(env, arguments.values[4 + kMaxColumns + column], napi_float64_array);
    if (!in || !out) {
      return Code(env, Error::kBadArgument);
    }
    inputs[column] = *in;
    outputs[column] = *out;
  }
  AnyIndicator indicator(*spec);
  return Code(env, indicator.Run(inputs, outputs).error);
}

/// Keeps the arrays alive that an object reads and writes for as long as its function lives.
template <typename State, std::size_t kArrays>
struct Bound {
  State state;
  std::array<napi_ref, kArrays> arrays{};
};

template <typename Object>
void Finalize(napi_env env, void* data, void* /*hint*/) {
  const std::unique_ptr<Object> object(static_cast<Object*>(data));
  for (napi_ref array : object->arrays) {
    if (array != nullptr) {
      napi_delete_reference(env, array);
    }
  }
}

/// Makes the JavaScript function that owns `object`; gives kOutOfMemory when Node refuses.
template <typename Object>
napi_value BindFunction(napi_env env, std::unique_ptr<Object> object, napi_callback callback,
                        std::span<const napi_value> arrays) {
  for (std::size_t i = 0; i < arrays.size(); ++i) {
    if (napi_create_reference(env, arrays[i], 1, &object->arrays[i]) != napi_ok) {
      Finalize<Object>(env, object.release(), nullptr);
      return Code(env, Error::kOutOfMemory);
    }
  }
  napi_value function = nullptr;
  Object* owned = object.release();
  if (napi_create_function(env, nullptr, 0, callback, owned, &function) != napi_ok ||
      napi_add_finalizer(env, function, owned, Finalize<Object>, nullptr, nullptr) != napi_ok) {
    Finalize<Object>(env, owned, nullptr);
    return Code(env, Error::kOutOfMemory);
  }
  return function;
}

struct StreamState {
  AnyIndicator indicator;
  std::span<double> slots;  // Three inputs, then three outputs.
};
using BoundStream = Bound<StreamState, 1>;

napi_value StepStream(napi_env env, napi_callback_info info) {
  const Arguments<0> arguments(env, info);
  StreamState& stream = static_cast<BoundStream*>(arguments.data)->state;
  std::array<double, kMaxColumns> out{};
  const Error error = stream.indicator.Update({stream.slots[0], stream.slots[1], stream.slots[2]}, out);
  for (std::size_t column = 0; column < kMaxColumns && error == Error::kNone; ++column) {
    stream.slots[kMaxColumns + column] = out[column];
  }
  return Code(env, error);
}

/// openStream(kind, p0, p1, p2, slots): gives step(), or an Error number. `slots` is a Float64Array of six.
napi_value OpenStream(napi_env env, napi_callback_info info) {
  const Arguments<5> arguments(env, info);
  const auto spec = arguments.complete ? ReadSpec(env, arguments.values.data()) : std::nullopt;
  const auto slots = spec ? ReadArray<double>(env, arguments.values[4], napi_float64_array) : std::nullopt;
  if (!slots || slots->size() != 2 * kMaxColumns) {
    return Code(env, Error::kBadArgument);
  }
  std::unique_ptr<BoundStream> stream(new (std::nothrow) BoundStream{{AnyIndicator(*spec), *slots}});
  if (stream == nullptr) {
    return Code(env, Error::kOutOfMemory);
  }
  if (const Error status = stream->state.indicator.status(); status != Error::kNone) {
    return Code(env, status);
  }
  return BindFunction(env, std::move(stream), StepStream, {&arguments.values[4], 1});
}

struct BookState {
  trigate::OrderBook book;
  std::span<const trigate::BookCommand> commands;
  std::span<trigate::BookAnswer> answers;
  std::span<trigate::Fill> fills;
  std::span<double> progress;
};
using BoundBook = Bound<BookState, 4>;

/// run(count): runs the first `count` commands and writes {commands done, fills written} to the progress array.
napi_value RunBook(napi_env env, napi_callback_info info) {
  const Arguments<1> arguments(env, info);
  const auto count = arguments.complete ? ReadU32(env, arguments.values[0]) : std::nullopt;
  BookState& state = static_cast<BoundBook*>(arguments.data)->state;
  if (!count || *count > state.commands.size()) {
    return Code(env, Error::kBadArgument);
  }
  const trigate::BookProgress progress =
      trigate::RunCommands(state.book, state.commands.first(*count), state.answers.first(*count), state.fills);
  state.progress[0] = static_cast<double>(progress.commands);
  state.progress[1] = static_cast<double>(progress.fills);
  return Code(env, Error::kNone);
}

/// Sees an array of eight-byte integers as records of kWords of them.
template <typename Record>
std::optional<std::span<Record>> ReadRecords(napi_env env, napi_value value) {
  constexpr std::size_t kWords = sizeof(Record) / sizeof(std::int64_t);
  const auto words = ReadArray<std::int64_t>(env, value, napi_bigint64_array);
  if (!words || words->size() % kWords != 0) {
    return std::nullopt;
  }
  return std::span<Record>(reinterpret_cast<Record*>(words->data()), words->size() / kWords);
}

/// openBook(minPriceTicks, levels, maxOrders, commands, answers, fills, progress): gives run(count), or an Error
/// number. The first is a bigint, the arrays are BigInt64Arrays of whole records, progress is a Float64Array of two.
napi_value OpenBook(napi_env env, napi_callback_info info) {
  const Arguments<7> arguments(env, info);
  const auto& values = arguments.values;
  std::int64_t min_price_ticks = 0;
  bool lossless = false;
  if (!arguments.complete || napi_get_value_bigint_int64(env, values[0], &min_price_ticks, &lossless) != napi_ok ||
      !lossless) {
    return Code(env, Error::kBadArgument);
  }
  const auto levels = ReadU32(env, values[1]);
  const auto max_orders = ReadU32(env, values[2]);
  const auto commands = ReadRecords<trigate::BookCommand>(env, values[3]);
  const auto answers = ReadRecords<trigate::BookAnswer>(env, values[4]);
  const auto fills = ReadRecords<trigate::Fill>(env, values[5]);
  const auto progress = ReadArray<double>(env, values[6], napi_float64_array);
  if (!levels || !max_orders || !commands || !answers || !fills || !progress || progress->size() != 2 ||
      answers->size() != commands->size()) {
    return Code(env, Error::kBadArgument);
  }
  std::unique_ptr<BoundBook> bound(new (std::nothrow) BoundBook{
      {trigate::OrderBook({min_price_ticks, *levels, *max_orders}), *commands, *answers, *fills, *progress}});
  if (bound == nullptr) {
    return Code(env, Error::kOutOfMemory);
  }
  if (const Error status = bound->state.book.status(); status != Error::kNone) {
    return Code(env, status);
  }
  if (bound->state.fills.size() < bound->state.book.capacity()) {
    return Code(env, Error::kTooShort);
  }
  return BindFunction(env, std::move(bound), RunBook, {&values[3], 4});
}

bool Export(napi_env env, napi_value exports, const char* name, napi_callback callback) {
  napi_value function = nullptr;
  return napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, nullptr, &function) == napi_ok &&
         napi_set_named_property(env, exports, name, function) == napi_ok;
}

}  // namespace

NAPI_MODULE_INIT() {
  const bool done = napi_set_named_property(env, exports, "abi", Number(env, kAbiVersion)) == napi_ok &&
                    Export(env, exports, "batch", Batch) && Export(env, exports, "openStream", OpenStream) &&
                    Export(env, exports, "openBook", OpenBook);
  if (!done) {
    napi_throw_error(env, "native/load-failed", "the addon could not define its exports");
  }
  return exports;
}
