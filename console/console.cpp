// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/console.hpp"

#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "console/hidden_input.hpp"
#include "console/say.hpp"
#include "crypto/files.hpp"

namespace dokaz::console {
namespace {

constexpr std::size_t max_passphrase = 1024;

/// One line, without its LF, straight into guarded memory. `wait` comes before each byte.
template <class Wait>
Result<SecretBytes> read_line(int fd, const Wait& wait) {
  SecretBytes line(max_passphrase);
  std::size_t length = 0;
  const Status whole = line.fill([&](std::span<Byte> bytes) -> Status {
    while (true) {
      Byte next = 0;
      DOKAZ_TRY(wait());
      const ssize_t got = ::read(fd, &next, 1);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return fail(errno == EISDIR ? Errc::not_regular_file : Errc::io_error, "passphrase");
      if (got == 0 || next == '\n') return {};
      if (length == bytes.size()) return fail(Errc::too_large, "a passphrase has at most 1024 bytes");
      bytes[length++] = next;
    }
  });
  DOKAZ_TRY(whole);
  if (length == 0) return Errc::no_passphrase;
  line.shrink(length);
  return line;
}

constexpr std::array ending_signals = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};
volatile std::sig_atomic_t signal_that_came = 0;

/// The terminal without echo, as long as this object lives. A signal that would end or stop the program in
/// the meantime is noted in `signal_that_came`, for the caller to raise when the terminal is as it was.
class SilentTerminal {
 public:
  explicit SilentTerminal(int fd) : fd_(fd) {
    signal_that_came = 0;
    sigset_t held;
    ::sigemptyset(&held);
    for (const int number : ending_signals) ::sigaddset(&held, number);
    ::pthread_sigmask(SIG_BLOCK, &held, &mask_before_);
    struct sigaction note {};
    note.sa_handler = [](int number) { signal_that_came = number; };
    for (std::size_t i = 0; i < ending_signals.size(); ++i) {
      ::sigaction(ending_signals[i], &note, &actions_before_[i]);
      if (actions_before_[i].sa_handler == SIG_IGN) ::sigaction(ending_signals[i], &actions_before_[i], nullptr);
    }
    if (::tcgetattr(fd_, &before_) != 0) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    changed_ = ::tcsetattr(fd_, TCSAFLUSH, &silent) == 0;
  }
  ~SilentTerminal() {
    if (changed_) ::tcsetattr(fd_, TCSAFLUSH, &before_);
    for (std::size_t i = 0; i < ending_signals.size(); ++i)
      ::sigaction(ending_signals[i], &actions_before_[i], nullptr);
    ::pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr);
  }
  /// Until there is something to read. The signals are let in here only: none is missed in between.
  Status wait() const {
    pollfd input{fd_, POLLIN, 0};
    while (signal_that_came == 0)
      if (::ppoll(&input, 1, nullptr, &mask_before_) >= 0 || errno != EINTR) return {};
    return Errc::interrupted;
  }
  SilentTerminal(const SilentTerminal&) = delete;
  SilentTerminal& operator=(const SilentTerminal&) = delete;

 private:
  int fd_;
  termios before_{};
  sigset_t mask_before_{};
  std::array<struct sigaction, ending_signals.size()> actions_before_{};
  bool changed_ = false;
};

Result<SecretBytes> ask(std::string_view prompt) {
  const File terminal = File::adopt(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
  if (terminal.descriptor() < 0) return Errc::no_passphrase;
  while (true) {
    ::dprintf(terminal.descriptor(), "%.*s: ", static_cast<int>(prompt.size()), prompt.data());
    auto line = [&] {
      const SilentTerminal silent(terminal.descriptor());
      return read_line(terminal.descriptor(), [&] { return silent.wait(); });
    }();
    ::dprintf(terminal.descriptor(), "\n");
    const int came = signal_that_came;
    if (came == 0) return line;
    ::raise(came);  // most often this is the end; after a stop the question comes again
    if (came != SIGTSTP) return Errc::interrupted;
  }
}

Result<SecretBytes> from_file(const std::filesystem::path& path) {
  const File file = File::adopt(::open(path.c_str(), O_RDONLY | O_CLOEXEC));  // may be a pipe
  if (file.descriptor() < 0) return fail(errno == ENOENT ? Errc::not_found : Errc::io_error, "passphrase file");
  DOKAZ_LET(line, read_line(file.descriptor(), [] { return Status(); }));
  // Other systems end a line with CR LF: a CR at the end is not taken for a part of the passphrase.
  const std::size_t length = line.size();
  if (!line.reveal([&](ByteView bytes) { return bytes.back() == '\r'; })) return line;
  if (length == 1) return Errc::no_passphrase;
  line.shrink(length - 1);
  return line;
}

/// To the end of the input.
template <class Wait>
Result<SecretBytes> read_all(int fd, std::size_t cap, const Wait& wait) {
  SecretBytes all(cap + 1);
  std::size_t length = 0;
  const Status whole = all.fill([&](std::span<Byte> bytes) -> Status {
    while (length < bytes.size()) {
      DOKAZ_TRY(wait());
      const ssize_t got = ::read(fd, bytes.data() + length, bytes.size() - length);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return fail(Errc::io_error, "standard input");
      if (got == 0) return {};
      length += static_cast<std::size_t>(got);
    }
    return fail(Errc::too_large, "standard input");
  });
  DOKAZ_TRY(whole);
  all.shrink(length);
  return all;
}

/// Bytes of the first character, 0 if it is not UTF-8 (RFC 3629: no overlong form, no surrogate).
std::size_t utf8_length(std::string_view text) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = at(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xc2 && lead < 0xe0 ? 2 : lead >= 0xe0 && lead < 0xf0 ? 3
                             : lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((at(i) & 0xc0) != 0x80) return 0;
  const bool overlong = (lead == 0xe0 && at(1) < 0xa0) || (lead == 0xf0 && at(1) < 0x90);
  const bool beyond = (lead == 0xed && at(1) > 0x9f) || (lead == 0xf4 && at(1) > 0x8f);
  return overlong || beyond ? 0 : length;
}

}  // namespace

int report(std::string_view program, const Options& options, const Error& error, const Advice& advice) {
  const std::string what = say_text(words_of(error.code));
  if (options.json) {
    nlohmann::ordered_json object = {{"error", name_of(error.code)}, {"code", exit_code(error.code)}, {"what", what}};
    if (!error.detail.empty()) object["detail"] = say_counted(error.detail);
    object["safe"] = advice.safe;
    object["next"] = advice.next;
    if (print(object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n"))
      return exit_code(error.code);
  }
  const std::string detail = error.detail.empty() ? "" : " (" + printable(say_counted(error.detail)) + ")";
  // Only the sentence is somebody's language: how it is laid out is the same in all.
  std::fprintf(stderr, "%.*s: %s%s.\n", static_cast<int>(program.size()), program.data(), what.c_str(), detail.c_str());
  if (!advice.safe.empty()) std::fputs(say("  What is safe: {}\n", advice.safe).c_str(), stderr);
  if (!advice.next.empty()) std::fputs(say("  What to do:   {}\n", advice.next).c_str(), stderr);
  return exit_code(error.code);
}

Status print(std::string_view text) {
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (written && std::fflush(stdout) == 0) return {};
  const bool full = errno == ENOSPC || errno == EDQUOT || errno == EFBIG;
  return fail(full ? Errc::no_space : Errc::io_error, "standard output");
}

Result<SecretBytes> read_passphrase(const Options& options, std::string_view prompt) {
  return options.passphrase_file ? from_file(*options.passphrase_file) : ask(prompt);
}

Result<SecretBytes> read_new_passphrase(const Options& options, std::string_view prompt) {
  if (options.passphrase_file) return from_file(*options.passphrase_file);
  DOKAZ_LET(first, ask(prompt));
  DOKAZ_LET(second, ask(say("The same again")));
  const bool same = first.reveal([&](ByteView a) {
    return second.reveal([&](ByteView b) { return equal_in_constant_time(a, b); });
  });
  if (!same) return fail(Errc::usage, "the two passphrases differ");
  return first;
}

Result<SecretBytes> read_hidden(std::string_view prompt, std::size_t cap) {
  if (::isatty(STDIN_FILENO) != 1) return read_all(STDIN_FILENO, cap, [] { return Status(); });
  std::fprintf(stderr, "%.*s\n", static_cast<int>(prompt.size()), prompt.data());
  auto read = [&] {
    const SilentTerminal silent(STDIN_FILENO);
    return read_all(STDIN_FILENO, cap, [&] { return silent.wait(); });
  }();
  if (signal_that_came == 0) return read;
  ::raise(signal_that_came);
  return Errc::interrupted;
}

Progress::Progress(const Options& options, std::string_view what)
    : what_(what), shown_(!options.json && !options.quiet && ::isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() {
  if (shown_ && last_percent_ >= 0) std::fprintf(stderr, "\r\033[K");
}

void Progress::at(std::uint64_t done, std::uint64_t total) {
  if (!shown_ || total == 0) return;
  const int percent = static_cast<int>(done >= total ? 100 : done * 100 / total);
  if (percent == last_percent_) return;
  last_percent_ = percent;
  std::fprintf(stderr, "\r%s %d%%", what_.c_str(), percent);
  std::fflush(stderr);
}

namespace {
/// Whether a whole character disguises the text around it: line and paragraph separators, marks, overrides and
/// isolates of direction, invisible operators, the byte-order mark, tags and interlinear annotations.
bool disguises(std::string_view c) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(c[i]); };
  if (c.size() == 2) return c == "\xc2\xad" || c == "\xd8\x9c";
  if (c.size() == 4) return byte(0) == 0xf3 && byte(1) == 0xa0 && (byte(2) == 0x80 || byte(2) == 0x81);
  if (c.size() != 3) return false;
  const unsigned value = (byte(0) & 15u) << 12 | (byte(1) & 63u) << 6 | (byte(2) & 63u);
  return value == 0x180e || value == 0x200b || value == 0x200e || value == 0x200f || (value >= 0x2028 && value <= 0x202e) ||
         (value >= 0x2060 && value <= 0x206f) || value == 0xfeff || (value >= 0xfff9 && value <= 0xfffb);
}
}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const auto lead = static_cast<unsigned char>(text[0]);
    const bool control = length == 1 && (lead < 0x20 || lead == 0x7f);
    const bool c1_control = length == 2 && lead == 0xc2 && static_cast<unsigned char>(text[1]) < 0xa0;
    if (length == 0 || control || c1_control || disguises(text.substr(0, length)))
      out.push_back('?');
    else
      out.append(text.substr(0, length));
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

}  // namespace dokaz::console
