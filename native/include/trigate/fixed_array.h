#ifndef TRIGATE_FIXED_ARRAY_H_
#define TRIGATE_FIXED_ARRAY_H_

#include <cstddef>
#include <cstdlib>
#include <type_traits>
#include <utility>

namespace trigate {

/// An array whose length is fixed at construction: zero-filled, owned, movable, never resized.
/// When memory ran out, `size()` is 0; owners check that once and refuse all further use.
template <typename T>
class FixedArray {
  // calloc gives zero bytes and free runs no destructor, so only types for which that is a whole life are allowed.
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

 public:
  FixedArray() noexcept = default;

  /// Takes memory for `size` elements, all bytes zero. A size of 0 takes none.
  explicit FixedArray(std::size_t size) noexcept
      : data_(size == 0 ? nullptr : static_cast<T*>(std::calloc(size, sizeof(T)))),
        size_(data_ == nullptr ? 0 : size) {}

  FixedArray(const FixedArray&) = delete;
  FixedArray& operator=(const FixedArray&) = delete;

  FixedArray(FixedArray&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

  FixedArray& operator=(FixedArray&& other) noexcept {
    if (this != &other) {
      std::free(data_);
      data_ = std::exchange(other.data_, nullptr);
      size_ = std::exchange(other.size_, 0);
    }
    return *this;
  }

  ~FixedArray() { std::free(data_); }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] T* data() noexcept { return data_; }
  [[nodiscard]] const T* data() const noexcept { return data_; }

  /// `index` must be below size(): it is not checked, the sanitizer builds find mistakes.
  [[nodiscard]] T& operator[](std::size_t index) noexcept { return data_[index]; }
  [[nodiscard]] const T& operator[](std::size_t index) const noexcept { return data_[index]; }

 private:
  T* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace trigate

#endif  // TRIGATE_FIXED_ARRAY_H_
