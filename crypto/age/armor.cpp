// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/age/armor.hpp"

#include <memory>
#include <optional>

#include "crypto/encoding.hpp"

namespace dokaz::age {
namespace {

constexpr std::string_view begin_line = "-----BEGIN AGE ENCRYPTED FILE-----";
constexpr std::string_view end_line = "-----END AGE ENCRYPTED FILE-----";
constexpr std::size_t columns = 64, bytes_a_line = 48;
constexpr std::size_t most_space = 1024;

Error bad(const char* what) { return fail(Errc::age_armor, what); }
bool is_space(Byte c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

class Dearmor {
 public:
  explicit Dearmor(Source text) : text_(std::move(text)) {}

  Result<std::size_t> read(std::span<Byte> into) {
    if (state_ == State::before) DOKAZ_TRY(begin());
    while (at_ == line_bytes_.size()) {
      if (state_ == State::over) return std::size_t{0};
      DOKAZ_TRY(next_line());
    }
    const std::size_t size = std::min(into.size(), line_bytes_.size() - at_);
    std::copy_n(line_bytes_.begin() + static_cast<std::ptrdiff_t>(at_), size, into.begin());
    at_ += size;
    return size;
  }

 private:
  enum class State { before, full_lines, last_line_read, over };

  /// The next byte, or nothing at the end.
  Result<std::optional<Byte>> next_byte() {
    if (buffer_at_ == buffer_size_) {
      DOKAZ_LET(got, text_(buffer_));
      buffer_at_ = 0;
      buffer_size_ = got;
      if (got == 0) return std::optional<Byte>();
    }
    return std::optional<Byte>(buffer_[buffer_at_++]);
  }

  /// A line without its end; its length is at most that of the longest legal one.
  Result<std::string> take_line(std::string line = {}) {
    for (;;) {
      DOKAZ_LET(byte, next_byte());
      if (!byte) {
        if (line.empty()) return bad("no end line");
        return line;  // the end line may lack its line feed; next_line refuses any other
      }
      if (*byte == '\n') {
        if (line.ends_with('\r')) line.pop_back();
        return line;
      }
      if (line.size() > columns) return bad("long line");  // 64 characters and a CR
      line.push_back(static_cast<char>(*byte));
    }
  }

  Status begin() {
    for (std::size_t spaces = 0;; ++spaces) {
      DOKAZ_LET(byte, next_byte());
      if (!byte) return bad("no begin line");
      if (!is_space(*byte)) {
        DOKAZ_LET(line, take_line(std::string(1, static_cast<char>(*byte))));
        if (line != begin_line) return bad("begin line");
        state_ = State::full_lines;
        return {};
      }
      if (spaces >= most_space) return bad("white space");
    }
  }

  Status next_line() {
    DOKAZ_LET(line, take_line());
    if (line == end_line) {
      state_ = State::over;
      line_bytes_.clear();
      at_ = 0;
      for (std::size_t spaces = 0;; ++spaces) {
        DOKAZ_LET(byte, next_byte());
        if (!byte) return {};
        if (!is_space(*byte) || spaces >= most_space) return bad("after the end");
      }
    }
    if (state_ == State::last_line_read || line.empty() || line.size() > columns) return bad("line");
    auto bytes = from_base64(line);
    if (!bytes) return bad("base64");
    line_bytes_ = std::move(bytes).value();
    at_ = 0;
    if (line_bytes_.size() < bytes_a_line) state_ = State::last_line_read;
    return {};
  }

  Source text_;
  State state_ = State::before;
  std::array<Byte, 4096> buffer_{};
  std::size_t buffer_at_ = 0, buffer_size_ = 0;
  Bytes line_bytes_;
  std::size_t at_ = 0;
};

}  // namespace

Source dearmored(Source text) {
  return [armor = std::make_shared<Dearmor>(std::move(text))](std::span<Byte> into) {
    return armor->read(into);
  };
}

Status ArmorWriter::start() {
  if (started_) return {};
  started_ = true;
  return text_(bytes_of(std::string(begin_line) + "\n"));
}

Status ArmorWriter::write(ByteView bytes) {
  DOKAZ_TRY(start());
  append(held_, bytes);
  std::string lines;
  std::size_t at = 0;
  for (; held_.size() - at >= bytes_a_line; at += bytes_a_line)
    lines += base64(ByteView(held_).subspan(at, bytes_a_line)) + "\n";
  held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(at));
  return lines.empty() ? Status{} : text_(bytes_of(lines));
}

Status ArmorWriter::finish() {
  DOKAZ_TRY(start());
  std::string lines = held_.empty() ? "" : base64(held_) + "\n";
  lines += std::string(end_line) + "\n";
  held_.clear();
  return text_(bytes_of(lines));
}

}  // namespace dokaz::age
